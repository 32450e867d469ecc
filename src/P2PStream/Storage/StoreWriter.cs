using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// Writes whole segments to a stream's store, one block after another, and says when one is stored.
/// Owns the store. A store that is full gives up its least recently used segment; one that is too slow
/// misses segments, since what waits for it occupies the node's memory.
/// </summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    private readonly Channel<Work> _work = Channel.CreateUnbounded<Work>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentQueue<SegmentRecord> _toConfirm = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly UseOrder _stored = new();

    /// <summary>Of the loop alone: the bytes of each stored segment; 0 where they are not known.</summary>
    private readonly Dictionary<SegmentId, long> _sizes = [];
    private readonly StreamRuntime _runtime;
    private readonly IBlockStore _store;
    private readonly ILogger _log;
    private readonly int _mostWaiting;
    private readonly Task _loop;
    private long _written;
    private int _waiting;
    private bool _isMissed;
    private bool _isFirst = true;
    private bool _isWhole = true;

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

    public async ValueTask<BlockReadOutcome> ReadAsync(
        BlockId block, Memory<byte> destination, CancellationToken cancellationToken)
    {
        _stored.Touch(block.Segment);
        if (!await _store.TryReadAsync(block, destination, cancellationToken)) return BlockReadOutcome.Absent;
        return _store.ChecksReads ? BlockReadOutcome.ReadUnchanged : BlockReadOutcome.Read;
    }

    /// <summary>Takes over the lease. The blocks of a segment come one after another.</summary>
    /// <param name="block">Which.</param>
    /// <param name="lease">Its bytes.</param>
    /// <param name="left">Blocks of the segment that follow.</param>
    /// <param name="segmentBytes">Of the whole segment.</param>
    public void Add(BlockId block, Lease lease, uint left, long segmentBytes)
    {
        if (_isFirst) _isMissed = Volatile.Read(ref _waiting) > _mostWaiting;
        _isFirst = left == 0;
        Interlocked.Increment(ref _waiting);
        if (!_isMissed && _work.Writer.TryWrite(new Work(block, lease, left == 0, segmentBytes))) return;
        Interlocked.Decrement(ref _waiting);
        lease.Release();
    }

    /// <summary>Reads a segment that the store listed, now that its record says what it should be. Done when
    /// nothing is to be written.</summary>
    public void Confirm(SegmentRecord record)
    {
        _toConfirm.Enqueue(record);
        _work.Writer.TryWrite(default);
    }

    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _loop;
        await _store.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        await TryAsync(ListAsync);
        do
        {
            while (true)
            {
                if (_work.Reader.TryRead(out var work)) await WriteAsync(work);
                else if (_toConfirm.TryDequeue(out var record)) await ConfirmAsync(record);
                else break;
            }
        }
        while (await _work.Reader.WaitToReadAsync());
    }

    private async ValueTask WriteAsync(Work work)
    {
        // Only a call to look for what is to be confirmed.
        if (work.Lease is null) return;
        var segment = work.Block.Segment;
        _isWhole = _isWhole && await TryAsync(() => StoreAsync(work));
        work.Lease.Release();
        Interlocked.Decrement(ref _waiting);
        if (!work.IsLast) return;
        if (_isWhole)
        {
            _sizes[segment] = _written;
            _stored.Touch(segment, isNew: true);
            _runtime.Stored(segment, leaves: []);
        }
        else await TryAsync(() => RemoveAsync(segment));
        _isWhole = true;
        _written = 0;
    }

    /// <summary>The files may have been altered since: what is not what the publisher states is thrown
    /// out.</summary>
    private async ValueTask ConfirmAsync(SegmentRecord record)
    {
        var leaves = new List<byte[]>();
        if (await TryAsync(() => HashAsync(record, leaves)))
        {
            if (_sizes.ContainsKey(record.Id)) _sizes[record.Id] = record.Length;
            _runtime.Stored(record.Id, leaves);
        }
        else await TryAsync(() => RemoveAsync(record.Id));
    }

    private async ValueTask<bool> HashAsync(SegmentRecord record, List<byte[]> leaves)
    {
        var bytes = new byte[ContentLimits.BlockBytes];
        for (var part = 0; part < record.Parts.Count; part++)
        {
            var digest = record.Parts[part];
            var list = new byte[digest.Blocks * Hash256.Size];
            for (var i = 0; i < digest.Blocks; i++)
            {
                var block = bytes.AsMemory(0, digest.BlockLength(i));
                if (!await _store.TryReadAsync(new BlockId(record.Id, (ushort)part, (ushort)i),
                    block, _stopping.Token)) return false;
                ContentTree.HashLeaf(block.Span).CopyTo(list.AsSpan(i * Hash256.Size));
            }

            if (!ContentTree.VerifyLeaves(list, digest)) return false;
            leaves.Add(list);
        }

        return true;
    }

    /// <summary>What an earlier run left.</summary>
    private async ValueTask<bool> ListAsync()
    {
        var segments = await _store.ListAsync(_stopping.Token);
        foreach (var segment in segments)
        {
            _sizes[segment] = 0;
            _stored.Touch(segment, isNew: true);
        }

        if (segments.Count > 0) _runtime.Found(segments);
        return true;
    }

    private async ValueTask<bool> StoreAsync(Work work)
    {
        var bytes = work.Lease!.Memory;
        while (!await _store.TryWriteAsync(work.Block, bytes, _stopping.Token))
        {
            if (IsTooLarge(work.SegmentBytes, bytes.Length)
                || !_stored.TryTakeOldest(out var oldest)) return false;
            _sizes.Remove(oldest);
            // Nobody may count on it any more once it begins to go.
            _runtime.Forget(oldest);
            await _store.RemoveAsync(oldest, _stopping.Token);
        }

        _written += bytes.Length;
        return true;
    }

    /// <summary>A store that had no room for a block holds less than what it has and that block: a
    /// segment of no less would not fit even if all others went.</summary>
    private bool IsTooLarge(long segmentBytes, int blockBytes)
    {
        var held = _written;
        foreach (var size in _sizes.Values)
        {
            if (size == 0) return false;
            held += size;
        }

        return segmentBytes >= held + blockBytes;
    }

    private async ValueTask<bool> RemoveAsync(SegmentId segment)
    {
        _sizes.Remove(segment);
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

    /// <summary>A block to write; without a lease only a call.</summary>
    private readonly record struct Work(
        BlockId Block, Lease? Lease, bool IsLast, long SegmentBytes);
}
