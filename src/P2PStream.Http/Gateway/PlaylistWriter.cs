using System.Globalization;
using System.Text;
using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>
/// Writes playlists from a catalog and records: the publisher's own lines with other URIs. Byte
/// ranges go, as each piece has a URL of its own; keys are referred to the origin.
/// </summary>
internal static class PlaylistWriter
{
    /// <summary>The master playlist; a stream without one gets null.</summary>
    public static string? Master(Catalog catalog)
    {
        if (catalog.MasterPlaylist.Length == 0) return null;
        var text = new StringBuilder();
        foreach (var line in catalog.MasterPlaylist.TrimEnd('\n').Split('\n'))
            text.Append(MasterLine(line)).Append('\n');
        return text.ToString();
    }

    /// <summary>A track's playlist over the records known so far.</summary>
    public static string Media(
        Catalog catalog, TrackDescription track, IReadOnlyList<SegmentRecord> records)
    {
        var text = new StringBuilder();
        var first = records.Count > 0 ? records[0].Id.Sequence : track.FirstSequence;
        foreach (var line in track.PlaylistHeader.Split('\n'))
        {
            var isSequence = line.StartsWith(HlsTags.MediaSequence, StringComparison.Ordinal);
            text.Append(isSequence && first != track.FirstSequence
                ? string.Create(CultureInfo.InvariantCulture, $"{HlsTags.MediaSequence}:{first}")
                : line).Append('\n');
        }

        // Where the start of a live stream has slid away, so has its EXT-X-MAP.
        if (records.Count > 0 && records[0] is { Initialization: >= 0 } head
            && !head.Tags.Contains(HlsTags.Map, StringComparison.Ordinal))
        {
            var uri = SegmentAddress.OfInitialization(
                track.InitializationTrack, head.Initialization);
            text.Append(CultureInfo.InvariantCulture, $"{HlsTags.Map}:URI=\"{uri}\"\n");
        }

        var playlist = PlaylistAtOrigin(catalog, track);
        foreach (var record in records)
        {
            AppendTags(text, track, record, playlist);
            text.Append(SegmentAddress.Of(record, track)).Append('\n');
        }

        if (track.Ended) text.Append(HlsTags.EndList).Append('\n');
        return text.ToString();
    }

    private static void AppendTags(
        StringBuilder text, TrackDescription track, SegmentRecord record, Uri? playlist)
    {
        if (record.Tags.Length == 0) return;
        foreach (var line in record.Tags.Split('\n'))
        {
            var tag = new PlaylistLine(0, line);
            if (tag.Is(HlsTags.ByteRange)) continue;
            text.Append(Rewrite(tag, track, record, playlist)).Append('\n');
        }
    }

    private static string Rewrite(
        PlaylistLine tag, TrackDescription track, SegmentRecord record, Uri? playlist)
    {
        try
        {
            if (tag.Is(HlsTags.Map) && record.Initialization >= 0)
            {
                var uri = SegmentAddress.OfInitialization(
                    track.InitializationTrack, record.Initialization);
                var line = AttributeList.Parse(tag.Text).Without("BYTERANGE");
                return PlaylistUri.Replace(line, _ => uri);
            }

            if (tag.Is(HlsTags.Key) && playlist is not null)
            {
                return PlaylistUri.Replace(tag.Text, uri => PlaylistUri.IsAbsolute(uri)
                    ? uri
                    : PlaylistUri.Resolve(playlist, uri)?.AbsoluteUri ?? uri);
            }
        }
        catch (FormatException)
        {
            // The publisher's own line; players make of it what they can.
        }

        return tag.Text;
    }

    private static Uri? PlaylistAtOrigin(Catalog catalog, TrackDescription track) =>
        Uri.TryCreate(catalog.Origin, UriKind.Absolute, out var origin)
            ? PlaylistUri.Resolve(origin, track.OriginUri)
            : null;

    // A number in braces stands where a URI stood: alone on its line, or in a rendition's
    // attribute.
    private static string MasterLine(string line)
    {
        if (Placeholder(line.Trim()) is { } variant) return SegmentAddress.OfPlaylist(variant);
        if (!new PlaylistLine(0, line).Is(HlsTags.Media)) return line;
        try
        {
            return PlaylistUri.Replace(
                line, uri => Placeholder(uri) is { } track
                    ? SegmentAddress.OfPlaylist(track)
                    : uri);
        }
        catch (FormatException)
        {
            return line;
        }
    }

    private static string? Placeholder(string text) =>
        text.Length > 2 && text[0] == '{' && text[^1] == '}'
        && SegmentAddress.TryTrack(text.AsSpan(1, text.Length - 2), out _)
            ? text[1..^1]
            : null;
}
