using P2PStream.Protocol;

namespace P2PStream.EndToEnd.Tests;

/// <summary>Reads a watched stream whole and holds it against its origin.</summary>
internal static class StreamContent
{
    /// <summary>Every segment of every track, tracks at the same time as a player reads
    /// them.</summary>
    /// <returns>How many segments and bytes were the same as the origin's.</returns>
    public static async Task<(int Segments, long Bytes)> CompareAsync(
        WatchedStream stream, HttpClient http, CancellationToken cancellationToken)
    {
        var catalog = stream.Catalog;
        var tracks = await Task.WhenAll(catalog.Tracks.Select(
            track => CompareAsync(stream, track.Id, http, cancellationToken)));
        return (tracks.Sum(track => track.Segments), tracks.Sum(track => track.Bytes));
    }

    /// <summary>Every segment of every track, one track after another.</summary>
    public static async Task<IReadOnlyList<(SegmentId Id, string Bytes)>> ReadAsync(
        WatchedStream stream, CancellationToken cancellationToken)
    {
        var all = new List<(SegmentId, string)>();
        foreach (var track in stream.Catalog.Tracks)
        {
            await foreach (var segment in stream.ReadTrackAsync(
                track.Id, default, cancellationToken))
            {
                await using var opened = segment;
                using var bytes = new MemoryStream();
                await segment.CopyToAsync(bytes, cancellationToken);
                all.Add((segment.Record.Id, Convert.ToHexString(bytes.ToArray())));
            }
        }

        return all;
    }

    private static async Task<(int Segments, long Bytes)> CompareAsync(
        WatchedStream stream, ushort track, HttpClient http, CancellationToken cancellationToken)
    {
        var origin = new Uri(stream.Catalog.Origin);
        var (segments, bytes) = (0, 0L);
        await foreach (var segment in stream.ReadTrackAsync(track, default, cancellationToken))
        {
            await using var opened = segment;
            using var delivered = new MemoryStream();
            await segment.CopyToAsync(delivered, cancellationToken);
            var record = segment.Record;
            var part = new HlsPart(
                new Uri(origin, record.OriginUri), Math.Max(0, record.OriginOffset),
                record.OriginOffset < 0 ? -1 : record.Length);
            Assert.Equal(await part.GetAsync(http, cancellationToken), delivered.ToArray());
            segments++;
            bytes += delivered.Length;
        }

        return (segments, bytes);
    }
}
