namespace P2PStream.EndToEnd.Tests;

/// <summary>Media as packagers make it.</summary>
public enum MediaKind
{
    /// <summary>A master playlist: fragmented MP4, two renditions and an audio group.</summary>
    Master,

    /// <summary>MPEG-TS, a media playlist alone.</summary>
    TransportStream,

    /// <summary>MPEG-TS under AES-128, with its key beside it.</summary>
    Encrypted,

    /// <summary>Fragmented MP4 in one file, segments by byte range.</summary>
    ByteRanges,

    /// <summary>MPEG-TS, whose size, rate and clock change in the middle.</summary>
    Discontinuity,

    /// <summary>23.976 frames a second, segments of unequal length, spaces and foreign letters in
    /// every name.</summary>
    Odd,
}
