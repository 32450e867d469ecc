using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>How a DHT node is set up.</summary>
public sealed record DhtNodeOptions
{
    /// <summary>Limits and times of the node itself. Its address family is the socket's.</summary>
    public KademliaOptions Kademlia { get; init; } = new();

    /// <summary>Its place in the key space; null for a random one.</summary>
    public NodeId? Id { get; init; }

    /// <summary>Where its randomness comes from; null, as it should be outside tests, for the
    /// system's.
    /// </summary>
    public ulong? Seed { get; init; }
}
