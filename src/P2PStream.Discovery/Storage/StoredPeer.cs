namespace P2PStream.Discovery;

/// <summary>A peer that was announced to this node.</summary>
/// <param name="EndPoint">Where the peer listens.</param>
/// <param name="Expires">When it is forgotten.</param>
/// <param name="FilterBits">Its bits in a <see cref="BloomFilter"/>.</param>
/// <param name="IsSeed">True for one that has everything (BEP 33).</param>
internal readonly record struct StoredPeer(
    DhtEndPoint EndPoint, TimeSpan Expires, uint FilterBits, bool IsSeed);
