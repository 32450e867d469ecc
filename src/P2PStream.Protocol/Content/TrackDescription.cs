namespace P2PStream.Protocol;

/// <summary>What a track carries.</summary>
public enum TrackKind : byte
{
    /// <summary>Muxed audio and video, or video alone.</summary>
    Video = 0,

    /// <summary>Audio alone.</summary>
    Audio = 1,

    /// <summary>Subtitles.</summary>
    Subtitles = 2,

    /// <summary>Initialization segments that other tracks refer to.</summary>
    Initialization = 3,

    /// <summary>A plain file in pieces.</summary>
    File = 4,
}

/// <summary>One track in a catalog.</summary>
public sealed record TrackDescription
{
    /// <summary>Its number within the stream.</summary>
    public required ushort Id { get; init; }

    /// <summary>What it carries.</summary>
    public required TrackKind Kind { get; init; }

    /// <summary>A name for people and file names.</summary>
    public required string Name { get; init; }

    /// <summary>Peak bits per second; 0 when unknown.</summary>
    public long Bandwidth { get; init; }

    /// <summary>Track of its initialization segments; its own <see cref="Id"/> when it needs
    /// none.</summary>
    public ushort InitializationTrack { get; init; }

    /// <summary>The media playlist's own lines before the first segment, opaque; empty when it has
    /// no playlist.</summary>
    public string PlaylistHeader { get; init; } = "";

    /// <summary>Where the media playlist lies at the origin; empty when nowhere.</summary>
    public string OriginUri { get; init; } = "";

    /// <summary>Sequence of the first segment.</summary>
    public ulong FirstSequence { get; init; }

    /// <summary>Segments so far; final when <see cref="Ended"/>.</summary>
    public ulong SegmentCount { get; init; }

    /// <summary>True when no segment follows: the records are leaves of
    /// <see cref="RecordsRoot"/>.</summary>
    public bool Ended { get; init; }

    /// <summary>Root of the tree over the encoded records; zero until
    /// <see cref="Ended"/>.</summary>
    public Hash256 RecordsRoot { get; init; }
}
