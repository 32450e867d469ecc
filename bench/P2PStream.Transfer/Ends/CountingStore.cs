using P2PStream.Protocol;

namespace P2PStream.Transfer;

/// <summary>A disk store that counts what is read from it. Owns it.</summary>
internal sealed class CountingStore(DiskBlockStore inner) : IBlockStore
{
    private long _read;

    public bool ChecksReads => inner.ChecksReads;

    /// <summary>Bytes of blocks in it.</summary>
    public long Bytes => inner.Bytes;

    /// <summary>Bytes of blocks read so far.</summary>
    public long BytesRead => Interlocked.Read(ref _read);

    public async ValueTask<bool> TryReadAsync(
        BlockId block, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (!await inner.TryReadAsync(block, destination, cancellationToken)) return false;
        Interlocked.Add(ref _read, destination.Length);
        return true;
    }

    public ValueTask<bool> TryWriteAsync(
        BlockId block, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        inner.TryWriteAsync(block, bytes, cancellationToken);

    public ValueTask<IReadOnlyList<SegmentId>> ListAsync(CancellationToken cancellationToken) =>
        inner.ListAsync(cancellationToken);

    public ValueTask RemoveAsync(SegmentId segment, CancellationToken cancellationToken) =>
        inner.RemoveAsync(segment, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
