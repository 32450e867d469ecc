using System.Runtime.CompilerServices;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>What most players want of a source beyond its segments.</summary>
public static class MediaSourceExtensions
{
    /// <summary>As <see cref="IMediaSource.ReadTrackAsync"/>, with each initialization segment before
    /// the first segment that names another one than its predecessor: what comes, in this order, is
    /// what a decoder is fed. An initialization segment is told by its track's number, which is not
    /// <paramref name="track"/>, and has no duration.</summary>
    /// <param name="media">The source.</param>
    /// <param name="track">The track, of the catalog.</param>
    /// <param name="from">The media time to begin at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KeyNotFoundException">The catalog has no such track.</exception>
    public static async IAsyncEnumerable<MediaSegment> ReadPlayableAsync(
        this IMediaSource media, ushort track, TimeSpan from = default,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(media);
        var description = media.Catalog.Tracks.FirstOrDefault(candidate => candidate.Id == track)
            ?? throw new KeyNotFoundException($"The stream has no track {track}.");
        SegmentId? initialization = null;
        await foreach (var segment in media.ReadTrackAsync(track, from, cancellationToken))
        {
            var id = InitializationOf(segment.Record, description);
            if (id is { } named && named != initialization)
            {
                var isReached = false;
                try
                {
                    yield return await media.OpenSegmentAsync(named, cancellationToken);
                    isReached = true;
                }
                finally
                {
                    // The reader left, or there is none: nobody else has seen the segment behind it.
                    if (!isReached) await segment.DisposeAsync();
                }

                initialization = named;
            }

            yield return segment;
        }
    }

    private static SegmentId? InitializationOf(SegmentRecord record, TrackDescription track) =>
        record.Initialization < 0
            ? null
            : new SegmentId(
                record.Id.Epoch, track.InitializationTrack, (ulong)record.Initialization);
}
