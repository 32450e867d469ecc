namespace P2PStream.Simulation;

/// <summary>What goes wrong.</summary>
public enum DisturbanceKind
{
    /// <summary>Some paths carry nothing until it ends; then everything, in order.</summary>
    Clog,

    /// <summary>Some paths take <see cref="Disturbance.AddedMilliseconds"/> longer.</summary>
    Slow,

    /// <summary>The nodes fall into two parts that cannot reach each other until it ends.</summary>
    Partition,

    /// <summary>The origin answers nothing but errors.</summary>
    OriginDown,
}

/// <summary>Something that goes wrong for a while.</summary>
public sealed record Disturbance
{
    /// <summary>What.</summary>
    public DisturbanceKind Kind { get; set; }

    /// <summary>From when, in seconds from the start.</summary>
    public double AtSeconds { get; set; }

    /// <summary>For how long, in seconds.</summary>
    public double ForSeconds { get; set; } = 5;

    /// <summary>The share of paths that it hits, or of nodes in the smaller part: 0 to 1.</summary>
    public double Share { get; set; } = 0.5;

    /// <summary>For <see cref="DisturbanceKind.Slow"/>: added to a path's delay, in milliseconds.</summary>
    public double AddedMilliseconds { get; set; } = 200;
}
