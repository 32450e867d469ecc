namespace P2PStream.Http;

/// <summary>How a media playlist says it changes (RFC 8216bis 4.4.3.5).</summary>
internal enum PlaylistType
{
    /// <summary>It does not say: complete when it has ended, else a window that slides.</summary>
    Unstated,

    /// <summary>It never changes.</summary>
    OnDemand,

    /// <summary>Segments are added at the end only.</summary>
    Event,
}
