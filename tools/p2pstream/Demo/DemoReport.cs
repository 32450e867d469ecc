using P2PStream.Swarm;

namespace P2PStream.Tool.Demo;

/// <summary>The end of a demo in figures: all viewers together, and each.</summary>
/// <remarks>The viewer that joins late is counted apart: without publisher and bootstrap node it
/// can
/// have everything from others, and would flatter the sums.</remarks>
internal sealed record DemoReport
{
    public required int Viewers { get; init; }
    public required int Segments { get; init; }
    public required long BytesDelivered { get; init; }
    public required long BytesFromViewers { get; init; }
    public required long BytesFromPublisher { get; init; }
    public required long BytesFromOrigin { get; init; }
    public required double Offload { get; init; }

    /// <summary>How often the origin sent what one viewer played, all viewers and the late one
    /// together.</summary>
    public required double OriginCopies { get; init; }

    public required int Stalls { get; init; }
    public required double StallMs { get; init; }

    /// <summary>Why viewers stalled, the late one included.</summary>
    public required IReadOnlyDictionary<SupplyReason, long> StallReasons { get; init; }

    /// <summary>Why blocks were asked of the origin, by the late viewer too.</summary>
    public required IReadOnlyDictionary<SupplyReason, long> OriginReasons { get; init; }
    public required double StartupMsP50 { get; init; }
    public required double StartupMsP95 { get; init; }
    public required long RejectedBlocks { get; init; }
    public required long WastedBytes { get; init; }
    public required double DurationMs { get; init; }

    /// <summary>True when every viewer, the late one too, played everything verified.</summary>
    public required bool Complete { get; init; }

    public required IReadOnlyList<ViewerReport> PerViewer { get; init; }

    /// <summary>Null when the demo ended before it joined.</summary>
    public required ViewerReport? LateViewer { get; init; }

    public static DemoReport Of(
        IReadOnlyList<ViewerReport> viewers, ViewerReport? late, TimeSpan duration)
    {
        var all = viewers.Append(late).OfType<ViewerReport>().ToArray();
        var startups =
            viewers.Select(viewer => viewer.StartupMs).OfType<double>().Order().ToArray();
        var delivered = viewers.Sum(viewer => viewer.BytesDelivered);
        var fromViewers = viewers.Sum(viewer => viewer.BytesFromViewers);
        var fromOrigin = viewers.Sum(viewer => viewer.BytesFromOrigin);
        var played = viewers.Select(viewer => viewer.BytesPlayed).DefaultIfEmpty().Max();
        return new DemoReport
        {
            Viewers = viewers.Count,
            Segments = viewers.Sum(viewer => viewer.Segments),
            BytesDelivered = delivered,
            BytesFromViewers = fromViewers,
            BytesFromPublisher = viewers.Sum(viewer => viewer.BytesFromPublisher),
            BytesFromOrigin = fromOrigin,
            Offload = Share(fromViewers, delivered),
            OriginCopies = Share(fromOrigin + (late?.BytesFromOrigin ?? 0), played),
            Stalls = viewers.Sum(viewer => viewer.Stalls),
            StallMs = Math.Round(viewers.Sum(viewer => viewer.StallMs), 1),
            StallReasons = ReasonTally.Sum(all.Select(viewer => viewer.StallReasons)),
            OriginReasons = ReasonTally.Sum(all.Select(viewer => viewer.OriginReasons)),
            StartupMsP50 = Percentile(startups, 0.50),
            StartupMsP95 = Percentile(startups, 0.95),
            RejectedBlocks = viewers.Sum(viewer => viewer.RejectedBlocks),
            WastedBytes = viewers.Sum(viewer => viewer.WastedBytes),
            DurationMs = Math.Round(duration.TotalMilliseconds),
            Complete = late is { Complete: true } && viewers.All(viewer => viewer.Complete),
            PerViewer = viewers,
            LateViewer = late,
        };
    }

    /// <summary>Rounded to four digits, which is more than a run repeats.</summary>
    internal static double Share(long part, long whole) =>
        whole == 0 ? 0 : Math.Round((double)part / whole, 4);

    /// <summary>Nearest rank; 0 of nothing.</summary>
    internal static double Percentile(double[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
