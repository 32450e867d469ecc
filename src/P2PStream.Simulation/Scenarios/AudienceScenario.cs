namespace P2PStream.Simulation;

/// <summary>How viewers come.</summary>
public enum ArrivalKind
{
    /// <summary>Evenly over <see cref="AudienceScenario.ArrivalSeconds"/>.</summary>
    Even,

    /// <summary>A flash crowd: exponentially distributed from the start, two thirds within the first third
    /// of <see cref="AudienceScenario.ArrivalSeconds"/>.</summary>
    FlashCrowd,

    /// <summary>As a Poisson process that brings the audience within <see cref="AudienceScenario.ArrivalSeconds"/> on
    /// average.</summary>
    Poisson,
}

/// <summary>Who watches, when they come and when they go.</summary>
public sealed record AudienceScenario
{
    /// <summary>Nodes that come, hostile ones included: 1 to 1,000,000.</summary>
    public int Nodes { get; set; } = 8;

    /// <summary>How they come.</summary>
    public ArrivalKind Arrival { get; set; } = ArrivalKind.Even;

    /// <summary>Seconds in which they come.</summary>
    public double ArrivalSeconds { get; set; } = 10;

    /// <summary>Seconds that a viewer stays on average, exponentially distributed; null: to the end. Whoever goes is
    /// replaced by another, so that the audience keeps its size.</summary>
    public double? MeanStaySeconds { get; set; }

    /// <summary>Of those who go, the share that vanishes without a word: 0 to 1.</summary>
    public double CrashShare { get; set; }

    /// <summary>What kinds of nodes there are; shares add up to 1.</summary>
    public IReadOnlyList<NodeClass> Classes { get; set; } = [new()];
}
