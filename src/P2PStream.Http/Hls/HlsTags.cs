namespace P2PStream.Http;

/// <summary>The tags that mean something here (RFC 8216bis 4.4); all others pass through
/// unread.</summary>
internal static class HlsTags
{
    public const string StreamInf = "#EXT-X-STREAM-INF";
    public const string IFrameStreamInf = "#EXT-X-I-FRAME-STREAM-INF";
    public const string Media = "#EXT-X-MEDIA";
    public const string SessionKey = "#EXT-X-SESSION-KEY";
    public const string SessionData = "#EXT-X-SESSION-DATA";
    public const string ContentSteering = "#EXT-X-CONTENT-STEERING";

    public const string TargetDuration = "#EXT-X-TARGETDURATION";
    public const string MediaSequence = "#EXT-X-MEDIA-SEQUENCE";
    public const string PlaylistType = "#EXT-X-PLAYLIST-TYPE";
    public const string EndList = "#EXT-X-ENDLIST";

    public const string Segment = "#EXTINF";
    public const string ByteRange = "#EXT-X-BYTERANGE";
    public const string Map = "#EXT-X-MAP";
    public const string Key = "#EXT-X-KEY";
    public const string Gap = "#EXT-X-GAP";
    public const string Discontinuity = "#EXT-X-DISCONTINUITY";
    public const string ProgramDateTime = "#EXT-X-PROGRAM-DATE-TIME";
    public const string DateRange = "#EXT-X-DATERANGE";
    public const string Bitrate = "#EXT-X-BITRATE";
    public const string Define = "#EXT-X-DEFINE";
    public const string Skip = "#EXT-X-SKIP";

    /// <summary>Tags that begin the description of a segment: what stands before the first is the
    /// header.</summary>
    public static readonly string[] OfSegments =
        [Segment, ByteRange, Map, Key, Gap, Discontinuity, ProgramDateTime, DateRange, Bitrate];

    /// <summary>Tags of low-latency delivery and of server-side steering: they promise URIs and
    /// answers that only their own server gives, so they are left out.</summary>
    public static readonly string[] Dropped =
    [
        "#EXT-X-PART", "#EXT-X-PART-INF", "#EXT-X-PRELOAD-HINT", "#EXT-X-RENDITION-REPORT",
        "#EXT-X-SERVER-CONTROL", ContentSteering,
    ];

    /// <summary>True when a line is one of those tags.</summary>
    public static bool IsAny(this PlaylistLine line, string[] tags) => Array.Exists(tags, line.Is);
}
