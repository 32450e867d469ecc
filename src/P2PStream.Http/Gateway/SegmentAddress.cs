using System.Globalization;
using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>Where the gateway serves what: <c>/{track}.m3u8</c> and
/// <c>/{track}/{sequence}{extension}</c>.</summary>
internal static class SegmentAddress
{
    /// <summary>Relative to the gateway's root, where all its playlists lie.</summary>
    public static string Of(SegmentRecord record, TrackDescription track) => string.Create(
        CultureInfo.InvariantCulture, $"{track.Id}/{record.Id.Sequence}{Extension(record, track)}");

    /// <summary>An initialization segment's, given its number.</summary>
    public static string OfInitialization(ushort track, long sequence) =>
        string.Create(CultureInfo.InvariantCulture, $"{track}/{sequence}.mp4");

    /// <summary>A track's playlist.</summary>
    public static string OfPlaylist(string track) => track + ".m3u8";

    /// <summary>The origin's extension where it is one of media, else what fits the track: players
    /// that go by extensions accept MPEG-TS, packed audio and fMP4 under these.</summary>
    public static string Extension(SegmentRecord record, TrackDescription track)
    {
        var name = record.OriginUri;
        var end = name.AsSpan().IndexOfAny('?', '#');
        var extension = Path.GetExtension(end < 0 ? name : name[..end]).ToLowerInvariant();
        if (ContentTypes.OfMedia(extension) is not null) return extension;
        if (track.Kind == TrackKind.Initialization) return ".mp4";
        if (record.Initialization >= 0) return ".m4s";
        return track.Kind == TrackKind.Subtitles ? ".vtt" : ".ts";
    }

    /// <summary>Reads "{track}/{sequence}{extension}".</summary>
    public static bool TryParse(ReadOnlySpan<char> path, out ushort track, out ulong sequence)
    {
        sequence = 0;
        track = 0;
        var slash = path.IndexOf('/');
        if (slash < 0 || !TryTrack(path[..slash], out track)) return false;
        var file = path[(slash + 1)..];
        var dot = file.IndexOf('.');
        if (dot >= 0) file = file[..dot];
        return ulong.TryParse(
            file, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }

    /// <summary>Reads a track's number.</summary>
    public static bool TryTrack(ReadOnlySpan<char> text, out ushort track) => ushort.TryParse(
        text, NumberStyles.None, CultureInfo.InvariantCulture, out track);
}
