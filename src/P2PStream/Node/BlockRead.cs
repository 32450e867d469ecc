using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>A block that was read for a swarm, or could not be.</summary>
/// <param name="Wanted">What the swarm asked for.</param>
/// <param name="Lease">The bytes; null when they could not be read.</param>
/// <param name="Digest">Their leaf digest; null when they are known to be unchanged.</param>
internal readonly record struct BlockRead(SwarmEffect Wanted, Lease? Lease, Hash256? Digest);
