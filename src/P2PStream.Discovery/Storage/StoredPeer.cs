namespace P2PStream.Discovery;

/// <summary>A peer that was announced to this node.</summary>
/// <param name="EndPoint">Where the peer listens.</param>
/// <param name="Expires">When it is forgotten.</param>
/// <param name="IsSeed">True for one that has everything (BEP 33).</param>
internal readonly record struct StoredPeer(DhtEndPoint EndPoint, TimeSpan Expires, bool IsSeed);
