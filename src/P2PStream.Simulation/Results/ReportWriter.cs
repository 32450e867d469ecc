using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <summary>Sums up a run.</summary>
internal static class ReportWriter
{
    public static SimulationReport Write(World world, Population population, Sampler sampler)
    {
        // A staller's own stalls are its own doing, whoever came first.
        var all = population.Close();
        var viewers = all.FindAll(viewer => viewer.Kind == NodeKind.Viewer);
        var played = viewers.Sum(viewer => viewer.PlayedSeconds);
        var stalled = viewers.Sum(viewer => viewer.StalledSeconds);
        var bits = viewers.Sum(viewer => viewer.PlayedSeconds * viewer.BitsPerSecond);
        var delivered = viewers.Sum(
            viewer => viewer.BytesFromViewers + viewer.BytesFromPublisher + viewer.BytesFromOrigin);
        var achieved = played + stalled > 0 ? bits / (played + stalled) : 0;
        var starts = viewers.Where(viewer => viewer.StartUpSeconds is not null)
            .Select(viewer => viewer.StartUpSeconds!.Value).ToList();
        var bounded = viewers.SelectMany(BoundedSeeks).ToList();
        return new SimulationReport
        {
            Scenario = world.Scenario.Name,
            Picker = world.Scenario.Picker,
            Seed = world.Seed,
            EventHash = world.Hash.ToString(),
            Events = world.Hash.Events,
            Seconds = world.Clock.Now.TotalSeconds,
            NodeSeconds = population.NodeTime.TotalSeconds,
            Viewers = viewers.Count,
            NeverStarted = viewers.Count - starts.Count,
            StartUpSeconds = Percentiles.Of(starts),
            LatencySeconds = Percentiles.Of([.. viewers
                .Where(viewer => viewer.LatencySeconds is not null)
                .Select(viewer => viewer.LatencySeconds!.Value)]),
            HalfSpreadSeconds = world.Spread.Until(0.5),
            FullSpreadSeconds = world.Spread.Until(0.99),
            Stalls = viewers.Sum(viewer => viewer.Stalls),
            StallReasons = ReasonTally.Sum(viewers.Select(viewer => viewer.StallReasons)),
            StalledSeconds = stalled,
            StallRatio = played + stalled > 0 ? stalled / (played + stalled) : 0,
            SeekSeconds = Percentiles.Of([.. viewers.SelectMany(viewer => viewer.SeekSeconds)]),
            SeekBoundSeconds = Percentiles.Of([.. bounded.Select(seek => seek.Bound)]),
            SeekOverBound = Percentiles.Of([.. bounded.Select(seek => seek.Took / seek.Bound)]),
            Offload = Share(viewers.Sum(viewer => viewer.BytesFromViewers), delivered),
            OriginCopies = Share(world.Origin?.BytesServed ?? 0, MediaBytes(world)),
            OriginRequests = world.Origin?.Requests ?? 0,
            OriginReasons = ReasonTally.Sum(viewers.Select(viewer => viewer.OriginReasons)),
            DeliveredBytes = delivered,
            WastedBytes = viewers.Sum(viewer => viewer.WastedBytes),
            HedgedBytes = viewers.Sum(viewer => viewer.HedgedBytes),
            RejectedBytes = viewers.Sum(viewer => viewer.RejectedBytes),
            LateBlocks = viewers.Sum(viewer => viewer.LateBlocks),
            Bans = viewers.Sum(viewer => viewer.Bans),
            AchievedBitsPerSecond = achieved,
            BoundBitsPerSecond = sampler.MeanBound,
            RateOverBound = sampler.MeanBound > 0 ? achieved / sampler.MeanBound : 0,
            Discovery = world.Datagrams?.Report(),
            Series = sampler.Series,
            Each = all,
        };
    }

    private static IEnumerable<(double Took, double Bound)> BoundedSeeks(ViewerReport viewer) =>
        viewer.SeekSeconds.Zip(viewer.SeekBoundSeconds)
            .Where(seek => seek.Second is not null)
            .Select(seek => (seek.First, seek.Second!.Value));

    /// <summary>Bytes of the segments that anybody read, each track by itself.</summary>
    private static long MediaBytes(World world)
    {
        long total = 0;
        for (var i = 0; i < world.Stream.TrackCount; i++)
            for (var s = 0; s < world.Scenario.Media.Segments; s++)
                if (world.Read.Contains(i, s)) total += world.Stream.Records(i)[s].Length;
        return total;
    }

    /// <summary>A part of a whole; 0 of nothing.</summary>
    public static double Share(double part, double whole) => whole > 0 ? part / whole : 0;
}
