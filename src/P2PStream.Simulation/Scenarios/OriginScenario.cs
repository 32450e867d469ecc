namespace P2PStream.Simulation;

/// <summary>An HTTP origin. Its requests share one rate, block by block in turn.</summary>
public sealed record OriginScenario
{
    /// <summary>Bits per second to all viewers together.</summary>
    public long BitsPerSecond { get; set; } = 1_000_000_000;

    /// <summary>Milliseconds from a request to its first byte, at an idle origin.</summary>
    public double LatencyMilliseconds { get; set; } = 50;
}
