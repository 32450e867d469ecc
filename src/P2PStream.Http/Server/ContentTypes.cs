namespace P2PStream.Http;

/// <summary>Content types of media by file extension.</summary>
internal static class ContentTypes
{
    /// <summary>The type of a playlist (RFC 8216bis 4).</summary>
    public const string Playlist = "application/vnd.apple.mpegurl";

    /// <summary>The type of what nothing better is known of.</summary>
    public const string Bytes = "application/octet-stream";

    /// <summary>The type for a lower-case extension with its dot; null when it is none of audio,
    /// video or subtitles. Nothing that a browser would run is among them: a publisher names these
    /// files.</summary>
    public static string? OfMedia(string extension) => extension switch
    {
        ".ts" or ".m2ts" or ".m2t" => "video/mp2t",
        ".m4s" or ".cmfv" => "video/iso.segment",
        ".mp4" or ".m4v" => "video/mp4",
        ".m4a" or ".cmfa" => "audio/mp4",
        ".aac" => "audio/aac",
        ".mp3" => "audio/mpeg",
        ".ac3" => "audio/ac3",
        ".ec3" => "audio/eac3",
        ".flac" => "audio/flac",
        ".ogg" or ".opus" => "audio/ogg",
        ".wav" => "audio/wav",
        ".webm" => "video/webm",
        ".mkv" => "video/x-matroska",
        ".mov" => "video/quicktime",
        ".vtt" or ".webvtt" => "text/vtt",
        _ => null,
    };

    /// <summary>The type for an extension of the page's own files or of any other file an origin
    /// has.</summary>
    public static string Of(string extension) => OfMedia(extension) ?? extension switch
    {
        ".m3u8" or ".m3u" => Playlist,
        ".mpd" => "application/dash+xml",
        ".html" => "text/html; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".txt" => "text/plain; charset=utf-8",
        ".json" => "application/json",
        _ => Bytes,
    };
}
