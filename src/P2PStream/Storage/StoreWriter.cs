using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// Writes whole segments to a stream's store, one block after another, and says when one is stored.
/// Owns the store. A store that is full gives up its oldest segment; one that is too slow misses
/// segments, since what waits for it occupies the node's memory.
/// </summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    private readonly Channel<Block> _blocks = Channel.CreateUnbounded<Block>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Queue<SegmentId> _stored = [];
    private readonly StreamRuntime _runtime;
    private readonly IBlockStore _store;
    private readonly ILogger _log;
    private readonly int _mostWaiting;
    private readonly Task _loop;
    private int _waiting;
    private bool _isMissed;
    private bool _isFirst = true;

    /// <summary>Starts writing.</summary>
    /// <param name="runtime">Hears what is stored and what is given up.</param>
    /// <param name="store">Disposed with this.</param>
    /// <param name="mostWaiting">Blocks that wait before the next segment is missed: what is prefetched may
    /// come all at once.</param>
    /// <param name="log">Hears of a store that fails.</param>
    public StoreWriter(StreamRuntime runtime, IBlockStore store, int mostWaiting, ILogger log)
    {
        _runtime = runtime;
        _store = store;
        _mostWaiting = mostWaiting;
        _log = log;
        _loop = Task.Run(RunAsync);
    }

    public ValueTask<bool> ReadAsync(
        BlockId block, Memory<byte> destination, CancellationToken cancellationToken) =>
        _store.TryReadAsync(block, destination, cancellationToken);

    /// <summary>Takes over the lease. The blocks of a segment come one after another.</summary>
    public void Add(BlockId block, Lease lease, uint left)
    {
        if (_isFirst) _isMissed = Volatile.Read(ref _waiting) > _mostWaiting;
        _isFirst = left == 0;
        Interlocked.Increment(ref _waiting);
        if (!_isMissed && _blocks.Writer.TryWrite(new Block(block, lease, left == 0))) return;
        Interlocked.Decrement(ref _waiting);
        lease.Release();
    }

    public async ValueTask DisposeAsync()
    {
        _blocks.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _loop;
        await _store.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var isWhole = true;
        await foreach (var block in _blocks.Reader.ReadAllAsync())
        {
            isWhole = isWhole && await TryAsync(() => WriteAsync(block));
            block.Lease.Release();
            Interlocked.Decrement(ref _waiting);
            if (!block.IsLast) continue;
            var segment = block.Id.Segment;
            if (isWhole)
            {
                _stored.Enqueue(segment);
                _runtime.Stored(segment);
            }
            else await TryAsync(() => RemoveAsync(segment));
            isWhole = true;
        }
    }

    private async ValueTask<bool> WriteAsync(Block block)
    {
        while (!await _store.TryWriteAsync(block.Id, block.Lease.Memory, _stopping.Token))
        {
            if (!_stored.TryDequeue(out var oldest)) return false;
            // Nobody may count on it any more once it begins to go.
            _runtime.Forget(oldest);
            await _store.RemoveAsync(oldest, _stopping.Token);
        }

        return true;
    }

    private async ValueTask<bool> RemoveAsync(SegmentId segment)
    {
        await _store.RemoveAsync(segment, _stopping.Token);
        return true;
    }

    /// <summary>A store is another's code over another's disk and may fail in any way: the stream
    /// plays on without it.</summary>
    private async ValueTask<bool> TryAsync(Func<ValueTask<bool>> work)
    {
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            return await work();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception error)
        {
            Log.StoreFailed(_log, error.Message);
            return false;
        }
    }

    private readonly record struct Block(BlockId Id, Lease Lease, bool IsLast);
}
