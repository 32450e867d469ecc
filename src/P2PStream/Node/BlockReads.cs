using Microsoft.Extensions.Logging;
using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>
/// Reads the blocks that a swarm wants from its host's own media or store: beside the stream's
/// loop, which must not wait for a disk, and few at a time. Owns the leases of what it reads.
/// </summary>
internal sealed class BlockReads(
    Func<BlockId, Memory<byte>, CancellationToken, ValueTask<bool>> read,
    Action<SwarmEffect, Lease?, Hash256> done, ILogger log) : IAsyncDisposable
{
    /// <summary>Reads under way at once; the others wait in the order in which they were wanted. A
    /// disk is kept busy by few, and each may hold a thread.</summary>
    public const int MostAtOnce = 8;

    private readonly Lock _lock = new();
    private readonly Queue<SwarmEffect> _waiting = [];
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
                if (_running == MostAtOnce) return;
                _running++;
                _ = Task.Run(RunAsync);
                return;
            }
        }

        effect.Lease!.Release();
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
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (TryNext(out var effect)) await ReadAsync(effect);
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

    private async Task ReadAsync(SwarmEffect effect)
    {
        var lease = effect.Lease!;
        var isRead = false;
        try
        {
            isRead = await read(effect.Block, lease.Memory, _stopping.Token);
        }
        catch (Exception error)
        {
            // A source or store is another's code over another's disk and may fail in any way.
            if (!_stopping.IsCancellationRequested) Log.OwnMediaUnreadable(log, error.Message);
        }

        var digest = isRead ? ContentTree.HashLeaf(lease.Memory.Span) : default;
        if (!isRead) lease.Release();
        done(effect, isRead ? lease : null, digest);
    }
}
