namespace P2PStream.Simulation;

/// <summary>What is counted of one node beside what its swarm counts.</summary>
internal sealed class NodeMeter
{
    /// <summary>Bytes of blocks that came from peers, of use or not.</summary>
    public long BlockBytesReceived { get; set; }

    /// <summary>Bytes that did not verify.</summary>
    public long RejectedBytes { get; set; }

    /// <summary>Peers that it banned.</summary>
    public int Bans { get; set; }
}
