using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// Keeps verified blocks of one stream beyond what memory holds, on disk or elsewhere, so that they
/// can still be served. What it gives back is verified again before anyone gets it, unless it says that it
/// does so itself.
/// </summary>
/// <remarks>Safe for several threads. After its disposal, calls throw
/// <see cref="ObjectDisposedException"/>; calls under way end, with it or as usual. A read, write or
/// removal that fails on the way, as by an <see cref="IOException"/>, counts as false.</remarks>
public interface IBlockStore : IAsyncDisposable
{
    /// <summary>True when <see cref="TryReadAsync"/> gives back a block only if a checksum shows that it is what
    /// was written under that name. A node then serves it without hashing it once more; what was written it has
    /// verified, and what an earlier run left it verifies once.</summary>
    bool ChecksReads => false;

    /// <summary>Reads a whole block.</summary>
    /// <param name="block">Which.</param>
    /// <param name="destination">Exactly as long as the block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when it is absent or of another length; the destination then holds
    /// anything.</returns>
    ValueTask<bool> TryReadAsync(
        BlockId block, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Keeps a block; one that is there already is replaced.</summary>
    /// <param name="block">Which.</param>
    /// <param name="bytes">Borrowed for the call.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there is no room: nothing is half kept, and what was there under that
    /// name before may be gone.</returns>
    ValueTask<bool> TryWriteAsync(
        BlockId block, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>The segments of which it holds blocks, the one longest unused first; asked once, at the
    /// start. A store that begins empty need not implement it.</summary>
    ValueTask<IReadOnlyList<SegmentId>> ListAsync(CancellationToken cancellationToken) =>
        new([]);

    /// <summary>Removes all blocks of a segment and frees their room; absent ones are none.</summary>
    ValueTask RemoveAsync(SegmentId segment, CancellationToken cancellationToken);
}
