namespace P2PStream.Simulation;

/// <summary>The nodes that have everything and are no viewers.</summary>
public sealed record PublisherScenario
{
    /// <summary>How many: the publisher and its edge nodes, 1 to 1,000.</summary>
    public int Nodes { get; set; } = 1;

    /// <summary>Bits per second that each may send.</summary>
    public long UploadBitsPerSecond { get; set; } = 20_000_000;

    /// <summary>When all of them leave, in seconds from the start; null: they stay.</summary>
    public double? LeavesAtSeconds { get; set; }
}
