namespace P2PStream.Protocol;

/// <summary>How a stream's playlist grows.</summary>
public enum StreamKind : byte
{
    /// <summary>All segments exist.</summary>
    OnDemand = 0,

    /// <summary>Segments are added, none is removed.</summary>
    Event = 1,

    /// <summary>Segments are added at the end and removed at the start.</summary>
    Live = 2,

    /// <summary>A plain file.</summary>
    File = 3,
}

/// <summary>The signed description of a stream's tracks.</summary>
public sealed record Catalog
{
    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>The delegation under which it is signed.</summary>
    public required uint Epoch { get; init; }

    /// <summary>Grows with every change; with the epoch it orders catalogs.</summary>
    public required uint Version { get; init; }

    /// <summary>When it ceases to hold, in Unix seconds.</summary>
    public required long Expires { get; init; }

    /// <summary>How the stream grows.</summary>
    public required StreamKind Kind { get; init; }

    /// <summary>The tracks, in ascending order of <see cref="TrackDescription.Id"/>.</summary>
    public required IReadOnlyList<TrackDescription> Tracks { get; init; }

    /// <summary>The master playlist with each playlist URI replaced by <c>{track}</c>'s number in
    /// braces, opaque otherwise; empty when the stream has none.</summary>
    public string MasterPlaylist { get; init; } = "";

    /// <summary>Base URI of the origin; empty when there is none.</summary>
    public string Origin { get; init; } = "";

    /// <summary>True when bytes over HTTPS from <see cref="Origin"/> may be played before their
    /// record arrives.</summary>
    public bool OriginTrusted { get; init; }

    /// <summary>The file's name for <see cref="StreamKind.File"/>; empty otherwise.</summary>
    public string FileName { get; init; } = "";
}
