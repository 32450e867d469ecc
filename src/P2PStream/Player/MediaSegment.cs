using System.IO.Pipelines;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>A segment that is being delivered. Owned by the reader; dispose when done or given up.</summary>
public abstract class MediaSegment : IAsyncDisposable
{
    /// <summary>What the publisher states about it.</summary>
    public abstract SegmentRecord Record { get; }

    /// <summary>Its verified bytes in order, as they arrive.</summary>
    public abstract PipeReader Bytes { get; }

    /// <summary>Copies all bytes that remain, as they arrive.</summary>
    public Task CopyToAsync(Stream destination, CancellationToken cancellationToken = default) =>
        Bytes.CopyToAsync(destination, cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
