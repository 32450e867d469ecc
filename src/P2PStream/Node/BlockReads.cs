using Microsoft.Extensions.Logging;
using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>
/// Reads the blocks that a swarm wants from its host's own media or store: beside the stream's
/// loop, which must not wait for a disk, and few at a time. Owns the leases of what it reads until
/// the loop takes them.
/// </summary>
/// <param name="read">Reads a block into its place.</param>
/// <param name="wake">Lets the loop take what has been read.</param>
/// <param name="log">Hears what cannot be read.</param>
internal sealed class BlockReads(
    Func<BlockId, Memory<byte>, CancellationToken, ValueTask<BlockReadOutcome>> read,
    Action wake, ILogger log) : IAsyncDisposable, IThreadPoolWorkItem
{
    /// <summary>Reads under way at once; the others wait in the order in which they were wanted. A
    /// disk is kept busy by few, and each may hold a thread.</summary>
    public const int MostAtOnce = 8;

    /// <summary>Blocks that wait for each reader before another one is started: what the system has
    /// cached one reader gives faster than several.</summary>
    private const int WaitingEach = 8;

    /// <summary>The peer in an effect that asks for a block of this node's own.</summary>
    private const int ForItself = 0;

    /// <summary>Blocks read that do not wait for more before the loop is woken.</summary>
    private const int ReadTogether = 8;

    private readonly Lock _lock = new();
    private readonly Queue<SwarmEffect> _waiting = [];
    private readonly Queue<BlockRead> _done = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _isStopped;

    /// <summary>Takes over the effect's lease.</summary>
    public void Add(in SwarmEffect effect)
    {
        lock (_lock)
        {
            if (!_isStopped)
            {
                _waiting.Enqueue(effect);
                if (_running == MostAtOnce || _waiting.Count <= _running * WaitingEach) return;
                _running++;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }

        effect.Lease!.Release();
    }

    /// <summary>For the loop: takes a block that was read; its lease passes over.</summary>
    public bool TryTake(out BlockRead done)
    {
        lock (_lock) return _done.TryDequeue(out done);
    }

    /// <summary>Gives up what waits, and waits for what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        SwarmEffect[] waiting;
        lock (_lock)
        {
            if (_isStopped) return;
            _isStopped = true;
            waiting = [.. _waiting];
            _waiting.Clear();
            if (_running == 0) _ended.TrySetResult();
        }

        foreach (var effect in waiting) effect.Lease!.Release();
        await _stopping.CancelAsync();
        await _ended.Task;
        while (TryTake(out var done)) done.Lease?.Release();
        _stopping.Dispose();
    }

    /// <summary>One more reader, on a thread of the pool.</summary>
    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        while (TryNext(out var effect))
        {
            var reading = ReadAsync(effect);
            var isSlow = !reading.IsCompleted;
            var done = await reading;
            bool isTime;
            lock (_lock)
            {
                _done.Enqueue(done);
                isTime = isSlow || _waiting.Count == 0 || _done.Count % ReadTogether == 0;
            }

            if (isTime) wake();
        }
    }

    private bool TryNext(out SwarmEffect effect)
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out effect)) return true;
            _running--;
            if (_isStopped && _running == 0) _ended.TrySetResult();
            return false;
        }
    }

    private async ValueTask<BlockRead> ReadAsync(SwarmEffect effect)
    {
        var lease = effect.Lease!;
        var outcome = BlockReadOutcome.Absent;
        try
        {
            outcome = await read(effect.Block, lease.Memory, _stopping.Token);
        }
        catch (Exception error)
        {
            // A source or store is another's code over another's disk and may fail in any way.
            if (!_stopping.IsCancellationRequested) Log.OwnMediaUnreadable(log, error.Message);
        }

        if (outcome == BlockReadOutcome.Absent)
        {
            lease.Release();
            return new BlockRead(effect, null, null);
        }

        // What this node reads for itself becomes part of its memory: that is proven in any case.
        Hash256? digest = outcome == BlockReadOutcome.Read || effect.Peer == ForItself
            ? ContentTree.HashLeaf(lease.Memory.Span)
            : null;
        return new BlockRead(effect, lease, digest);
    }
}
