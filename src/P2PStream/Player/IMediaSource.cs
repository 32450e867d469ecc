using P2PStream.Protocol;

namespace P2PStream;

/// <summary>A watched stream as a player pulls it. Every byte is verified before it is seen.</summary>
public interface IMediaSource
{
    /// <summary>The stream's description; the newest seen.</summary>
    Catalog Catalog { get; }

    /// <summary>The records of a track known so far, in order; complete when the track has ended.
    /// Waits until at least one is known.</summary>
    ValueTask<IReadOnlyList<SegmentRecord>> GetRecordsAsync(ushort track, CancellationToken cancellationToken);

    /// <summary>A track's segments in order from the one that plays at <paramref name="from"/>, as they come to exist;
    /// ends with the track. Fetching runs ahead of the reader. Marks the track as played.</summary>
    IAsyncEnumerable<MediaSegment> ReadTrackAsync(
        ushort track, TimeSpan from = default, CancellationToken cancellationToken = default);

    /// <summary>One segment, wanted now; its bytes can be read as they arrive.</summary>
    /// <exception cref="KeyNotFoundException">The stream has no such segment.</exception>
    ValueTask<MediaSegment> OpenSegmentAsync(SegmentId segment, CancellationToken cancellationToken);
}
