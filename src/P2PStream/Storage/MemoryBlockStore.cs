using P2PStream.Protocol;

namespace P2PStream;

/// <summary>A bounded block store in managed memory, which, unlike a node's own block pool, is taken
/// as it is needed and need not be pinned. Also the model of what a store promises.</summary>
public sealed class MemoryBlockStore : IBlockStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SegmentId, Dictionary<BlockId, byte[]>> _segments = [];
    private bool _isDisposed;
    private long _bytes;

    /// <summary>Makes an empty one.</summary>
    /// <param name="capacityBytes">Payload bytes that it holds at most, above zero.</param>
    public MemoryBlockStore(long capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacityBytes);
        CapacityBytes = capacityBytes;
    }

    /// <summary>Payload bytes that it holds at most.</summary>
    public long CapacityBytes { get; }

    /// <summary>Payload bytes that it holds now.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock) return _bytes;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryReadAsync(
        BlockId block, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (Find(block) is not { } bytes || bytes.Length != destination.Length)
                return new ValueTask<bool>(false);
            bytes.CopyTo(destination);
            return new ValueTask<bool>(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryWriteAsync(
        BlockId block, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var growth = bytes.Length - (Find(block)?.Length ?? 0);
            if (_bytes + growth > CapacityBytes) return new ValueTask<bool>(false);
            if (!_segments.TryGetValue(block.Segment, out var blocks))
                _segments.Add(block.Segment, blocks = []);
            blocks[block] = bytes.ToArray();
            _bytes += growth;
            return new ValueTask<bool>(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(SegmentId segment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_segments.Remove(segment, out var blocks)) return ValueTask.CompletedTask;
            foreach (var bytes in blocks.Values) _bytes -= bytes.Length;
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _segments.Clear();
            _bytes = 0;
        }

        return ValueTask.CompletedTask;
    }

    private byte[]? Find(BlockId block) =>
        _segments.TryGetValue(block.Segment, out var blocks)
            ? blocks.GetValueOrDefault(block)
            : null;
}
