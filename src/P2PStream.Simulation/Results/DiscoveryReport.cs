namespace P2PStream.Simulation;

/// <summary>What a run's DHT did; there is none where a directory stands for discovery.</summary>
public sealed record DiscoveryReport
{
    /// <summary>From a node's arrival until the DHT named the first other, in seconds, of the audience's nodes that
    /// were told of any.</summary>
    public required Percentiles FirstPeerSeconds { get; init; }

    /// <summary>Datagrams that were sent.</summary>
    public required long Datagrams { get; init; }

    /// <summary>Of those, the ones that got lost or were for nobody who was there.</summary>
    public required long LostDatagrams { get; init; }

    /// <summary>Their bytes, heads of packets not counted.</summary>
    public required long Bytes { get; init; }
}
