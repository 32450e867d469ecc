using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>How large a playlist may be, in the units named. Checked before anything is built from
/// it.</summary>
internal static class HlsLimits
{
    /// <summary>Bytes in a playlist, at most: a day of 2 s segments with dates fits.</summary>
    public const int PlaylistBytes = 8 * 1024 * 1024;

    /// <summary>Lines in a playlist, at most.</summary>
    public const int Lines = 400_000;

    /// <summary>Bytes in one line, at most; the longest in the wild are keys with inline licence
    /// data.</summary>
    public const int LineBytes = 4 * 1024;

    /// <summary>Bytes of one segment's tags and origin URI together, at most: they must fit into a
    /// record (<see cref="ContentLimits.RecordBytes"/>) beside the digests of all its
    /// parts.</summary>
    public const int SegmentTextBytes = 5 * 1024;

    /// <summary>Bytes of a master playlist and all media playlist headers together, at most: they
    /// must fit into a catalog (<see cref="ContentLimits.CatalogBytes"/>) beside the
    /// tracks.</summary>
    public const int CatalogTextBytes = 192 * 1024;

    /// <summary>Seconds in one segment, at most.</summary>
    public const int SegmentSeconds = 24 * 60 * 60;
}
