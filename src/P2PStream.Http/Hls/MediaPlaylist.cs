namespace P2PStream.Http;

/// <summary>A media playlist: one track's segments in order.</summary>
internal sealed record MediaPlaylist
{
    /// <summary>Its text, for messages.</summary>
    public required PlaylistText Text { get; init; }

    /// <summary>The lines before the first segment's tags, joined by line feeds; for a playlist
    /// that has ended, also those after its last segment. Without EXT-X-ENDLIST.</summary>
    public required string Header { get; init; }

    /// <summary>No segment is longer, rounded.</summary>
    public required TimeSpan TargetDuration { get; init; }

    /// <summary>Number of the first segment.</summary>
    public required ulong MediaSequence { get; init; }

    /// <summary>How it changes.</summary>
    public required PlaylistType Type { get; init; }

    /// <summary>True when no segment follows.</summary>
    public required bool Ended { get; init; }

    /// <summary>The segments.</summary>
    public required IReadOnlyList<PlaylistSegment> Segments { get; init; }

    /// <summary>Relative key URIs with the line each stands in.</summary>
    public required IReadOnlyList<PlaylistLine> RelativeKeys { get; init; }
}
