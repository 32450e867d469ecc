namespace P2PStream.Discovery;

/// <summary>A peer that was announced to this node.</summary>
/// <param name="EndPoint">Where the peer listens.</param>
/// <param name="Expires">When it is forgotten.</param>
internal readonly record struct StoredPeer(DhtEndPoint EndPoint, TimeSpan Expires);
