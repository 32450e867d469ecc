namespace P2PStream.Http;

/// <summary>How a source is read.</summary>
public sealed class StreamSourceOptions
{
    /// <summary>Base URI of the origin that serves the same files as a local source's folder; null
    /// when the publisher serves the media itself. A source read over HTTP is its own origin unless
    /// this says otherwise.</summary>
    public Uri? Origin { get; init; }

    /// <summary>How a source is fetched over HTTP.</summary>
    public HttpOriginOptions Http { get; init; } = new();

    /// <summary>Paces the polling of a playlist that grows.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
