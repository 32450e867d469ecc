namespace P2PStream.Simulation;

/// <summary>How one policy fared in one scenario, over several seeds: the mean of its runs.</summary>
public sealed record PolicyRow
{
    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>The block picker's name.</summary>
    public required string Picker { get; init; }

    /// <summary>The seeds that were run.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>Viewers that came, a run.</summary>
    public required double Viewers { get; init; }

    /// <summary>Of those, who got no picture, a run.</summary>
    public required double NeverStarted { get; init; }

    /// <summary>The median of start-up times, in seconds.</summary>
    public required double StartUpP50 { get; init; }

    /// <summary>Their 95th percentile.</summary>
    public required double StartUpP95 { get; init; }

    /// <summary>Stalls, a run.</summary>
    public required double Stalls { get; init; }

    /// <summary>Seconds stood over seconds played or stood.</summary>
    public required double StallRatio { get; init; }

    /// <summary>The median time from a jump to its picture, in seconds; 0 without jumps.</summary>
    public required double SeekP50 { get; init; }

    /// <summary>Their 95th percentile.</summary>
    public required double SeekP95 { get; init; }

    /// <summary>Bytes of blocks that came and were of no use, over those that were of use.</summary>
    public required double Wasted { get; init; }

    /// <summary>Bytes asked for a second time while a first request was under way, over those that were of use.</summary>
    public required double Hedged { get; init; }

    /// <summary>Copies of a segment that the origin sent.</summary>
    public required double OriginCopies { get; init; }

    /// <summary>Of players' bytes, the share that came from other viewers.</summary>
    public required double Offload { get; init; }

    /// <summary>Blocks that were verified after their deadline, a run.</summary>
    public required double LateBlocks { get; init; }

    /// <summary>The rate that viewers had over the fluid bound.</summary>
    public required double RateOverBound { get; init; }

    /// <summary>Sums up the runs of one policy in one scenario.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static PolicyRow Of(IReadOnlyList<SimulationReport> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0) throw new ArgumentException("No runs.", nameof(runs));
        double Mean(Func<SimulationReport, double> value) => runs.Average(value);
        return new PolicyRow
        {
            Scenario = runs[0].Scenario,
            Picker = runs[0].Picker,
            Seeds = [.. runs.Select(run => run.Seed)],
            Viewers = Mean(run => run.Viewers),
            NeverStarted = Mean(run => run.NeverStarted),
            StartUpP50 = Mean(run => run.StartUpSeconds.P50),
            StartUpP95 = Mean(run => run.StartUpSeconds.P95),
            Stalls = Mean(run => run.Stalls),
            StallRatio = Mean(run => run.StallRatio),
            SeekP50 = Mean(run => run.SeekSeconds.P50),
            SeekP95 = Mean(run => run.SeekSeconds.P95),
            Wasted = Mean(run => ReportWriter.Share(run.WastedBytes, run.DeliveredBytes)),
            Hedged = Mean(run => ReportWriter.Share(run.HedgedBytes, run.DeliveredBytes)),
            OriginCopies = Mean(run => run.OriginCopies),
            Offload = Mean(run => run.Offload),
            LateBlocks = Mean(run => run.LateBlocks),
            RateOverBound = Mean(run => run.RateOverBound),
        };
    }

    /// <summary>The row as one line of JSON in camel case.</summary>
    public string ToJson() =>
        System.Text.Json.JsonSerializer.Serialize(this, SimulationJsonLines.Default.PolicyRow);
}
