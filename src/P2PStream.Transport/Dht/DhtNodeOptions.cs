using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>How a DHT node is set up.</summary>
public sealed record DhtNodeOptions
{
    /// <summary>Limits and times of the node itself. Its address families are its sockets'.
    /// </summary>
    public KademliaOptions Kademlia { get; init; } = new();

    /// <summary>Its place in the key space; null for a random one.</summary>
    public NodeId? Id { get; init; }

    /// <summary>Where its randomness comes from; null, as it should be outside tests, for the
    /// system's.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>A file that keeps the nodes it knows, so that the next run joins at once and without
    /// contacts: read at the start, written every ten minutes and at the end. A missing one is
    /// made; a damaged one is told of and not used. Null: nothing is kept.</summary>
    public string? TableFile { get; init; }

    /// <summary>Makes its meter, <see cref="DhtNode.MeterName"/>; null: the node makes its own.
    /// </summary>
    public IMeterFactory? Meters { get; init; }

    /// <summary>Where its few messages go.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;
}
