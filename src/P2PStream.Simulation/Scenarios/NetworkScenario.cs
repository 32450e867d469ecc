namespace P2PStream.Simulation;

/// <summary>What lies between nodes. A path has a delay of its own each way, which follows from the seed and
/// stays; what is sent on it arrives in order, as on a TCP connection.</summary>
public sealed record NetworkScenario
{
    /// <summary>The shortest one-way delay of a path, in milliseconds.</summary>
    public double MinimumDelayMilliseconds { get; set; } = 10;

    /// <summary>The longest one-way delay of a path, in milliseconds.</summary>
    public double MaximumDelayMilliseconds { get; set; } = 60;

    /// <summary>How much later than its path's delay something arrives at most, in milliseconds.</summary>
    public double JitterMilliseconds { get; set; } = 5;

    /// <summary>How much the two directions of a path may differ: 0 for not at all, 1 for one of them at no delay.</summary>
    public double Asymmetry { get; set; } = 0.2;

    /// <summary>Links that each node dials for: 1 to 256.</summary>
    public int Degree { get; set; } = 20;

    /// <summary>Links that each node has at most: <see cref="Degree"/> to 400.</summary>
    public int MostLinks { get; set; } = 40;

    /// <summary>Milliseconds between two turns of a node at least: what comes meanwhile is handled together,
    /// as by a shell whose loop has other streams to serve. 0 to 1,000; more is faster to simulate.</summary>
    public double TurnMilliseconds { get; set; } = 5;
}
