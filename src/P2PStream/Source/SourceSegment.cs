namespace P2PStream;

/// <summary>One segment as its source gives it, before it is hashed.</summary>
public sealed record SourceSegment
{
    /// <summary>Its track.</summary>
    public required ushort Track { get; init; }

    /// <summary>Its sequence number.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>Where it starts on the track's media time line.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>How long it plays.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The playlist's lines that precede its URI, joined by line feeds.</summary>
    public string Tags { get; init; } = "";

    /// <summary>Where its bytes lie at the origin, absolute or relative to <see cref="SourceDescription.Origin"/>;
    /// empty when only the publisher has them.</summary>
    public string OriginUri { get; init; } = "";

    /// <summary>Offset within <see cref="OriginUri"/>; -1 for the whole resource.</summary>
    public long OriginOffset { get; init; } = -1;

    /// <summary>Sequence in the initialization track; -1 for none.</summary>
    public long Initialization { get; init; } = -1;

    /// <summary>Where its bytes lie in a file of this machine: a publisher that serves them then reads
    /// there. Null: they are read by <see cref="Open"/>.</summary>
    public LocalMedia? Local { get; init; }

    /// <summary>Opens its bytes. Called once to hash them, and again for each read when the publisher serves
    /// the media itself; the stream is seekable then.</summary>
    public required Func<CancellationToken, ValueTask<Stream>> Open { get; init; }
}
