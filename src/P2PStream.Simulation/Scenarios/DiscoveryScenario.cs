namespace P2PStream.Simulation;

/// <summary>How nodes hear of each other, beside what peers tell each other.</summary>
public enum DiscoveryKind
{
    /// <summary>A directory that names 50 nodes by chance, when a node comes and every 30 seconds while it lacks
    /// links. Takes no time and no bytes.</summary>
    Directory,

    /// <summary>Every node is one of a mainline DHT (BEP 5), of real code, over datagrams that get lost.</summary>
    Dht,
}

/// <summary>How nodes find each other.</summary>
public sealed record DiscoveryScenario
{
    /// <summary>Which way.</summary>
    public DiscoveryKind Kind { get; set; }

    /// <summary>Nodes of the DHT that have nothing to do with the stream and stay: 1 to 10,000. Everybody joins
    /// through three of them.</summary>
    public int Bystanders { get; set; } = 50;

    /// <summary>Share of the datagrams that get lost: 0 to 0.9.</summary>
    public double DatagramLoss { get; set; } = 0.01;
}
