namespace P2PStream.Http;

/// <summary>One segment of a media playlist.</summary>
internal sealed record PlaylistSegment
{
    /// <summary>The line of its URI.</summary>
    public required int Line { get; init; }

    /// <summary>As written.</summary>
    public required string Uri { get; init; }

    /// <summary>From EXTINF.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The lines between the URI before it and its own, as written, joined by line
    /// feeds.</summary>
    public required string Tags { get; init; }

    /// <summary>Its part of the resource; null for all of it.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>The initialization segment in force; null for none.</summary>
    public InitializationTag? Initialization { get; init; }

    /// <summary>True when it is declared missing: it has a duration and no bytes.</summary>
    public bool IsGap { get; init; }
}
