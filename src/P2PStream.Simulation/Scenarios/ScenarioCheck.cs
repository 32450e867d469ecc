using System.Globalization;
using P2PStream.Protocol;

namespace P2PStream.Simulation;

/// <summary>Finds what no run can be made of, and says so in one line that names the field.</summary>
internal static class ScenarioCheck
{
    private const long MostRate = 1_000_000_000_000;

    public static void ThrowIfImpossible(Scenario scenario)
    {
        Within("seconds", scenario.Seconds, 1, 86_400);
        if (!PickerCatalog.Names.Contains(scenario.Picker))
            throw Wrong("picker", $"is one of {string.Join(", ", PickerCatalog.Names)}");
        Check(scenario.Media);
        Check(scenario.Publisher);
        Check(scenario.Origin);
        Check(scenario.Network);
        Check(scenario.Discovery);
        Check(scenario.Audience);
        CheckMemory(scenario);
        Check(scenario.Player, scenario.Media);
        Check(scenario.Disturbances);
    }

    private static void Check(MediaScenario media)
    {
        Within("media.segments", media.Segments, 1, 10_000);
        Within("media.segmentSeconds", media.SegmentSeconds, 0.1, 60);
        Within("media.bitsPerSecond", media.BitsPerSecond.Count, 1, 8, " of them");
        for (var i = 0; i < media.BitsPerSecond.Count; i++)
        {
            Within($"media.bitsPerSecond[{i}]", media.BitsPerSecond[i], 1_000, 200_000_000);
            if (i > 0 && media.BitsPerSecond[i] <= media.BitsPerSecond[i - 1])
                throw Wrong($"media.bitsPerSecond[{i}]", "is above the one before it");
        }

        if (media.AudioBitsPerSecond != 0)
            Within("media.audioBitsPerSecond", media.AudioBitsPerSecond, 1_000, 10_000_000);
    }

    /// <summary>A viewer holds a segment whole before it lets it go, and fetches the next meanwhile.</summary>
    private static void CheckMemory(Scenario scenario)
    {
        var segment = scenario.Media.HighestBitsPerSecond * scenario.Media.SegmentSeconds / 8;
        if (segment > ContentLimits.PartBytes)
            throw Wrong("media.segmentSeconds", "makes segments of 64 MiB at most");
        for (var i = 0; i < scenario.Audience.Classes.Count; i++)
            if (segment > scenario.Audience.Classes[i].MemoryBytes / 3.0)
                throw Wrong($"audience.classes[{i}].memoryBytes",
                    $"is {Text(3 * segment)} at least, since it holds three segments");
    }

    private static void Check(PublisherScenario publisher)
    {
        Within("publisher.nodes", publisher.Nodes, 1, 1_000);
        Within("publisher.uploadBitsPerSecond", publisher.UploadBitsPerSecond, 1_000, MostRate);
        if (publisher.LeavesAtSeconds is { } leaves)
            Within("publisher.leavesAtSeconds", leaves, 0, 86_400);
    }

    private static void Check(OriginScenario? origin)
    {
        if (origin is null) return;
        Within("origin.bitsPerSecond", origin.BitsPerSecond, 1_000, MostRate);
        Within("origin.latencyMilliseconds", origin.LatencyMilliseconds, 0, 60_000);
    }

    private static void Check(NetworkScenario network)
    {
        Within("network.minimumDelayMilliseconds", network.MinimumDelayMilliseconds, 0, 10_000);
        Within("network.maximumDelayMilliseconds", network.MaximumDelayMilliseconds,
            network.MinimumDelayMilliseconds, 10_000);
        Within("network.jitterMilliseconds", network.JitterMilliseconds, 0, 10_000);
        Within("network.asymmetry", network.Asymmetry, 0, 1);
        Within("network.degree", network.Degree, 1, 256);
        Within("network.mostLinks", network.MostLinks, network.Degree, 400);
        Within("network.turnMilliseconds", network.TurnMilliseconds, 0, 1_000);
    }

    private static void Check(DiscoveryScenario discovery)
    {
        Known("discovery.kind", discovery.Kind);
        Within("discovery.bystanders", discovery.Bystanders, 1, 10_000);
        Within("discovery.datagramLoss", discovery.DatagramLoss, 0, 0.9);
    }

    private static void Check(AudienceScenario audience)
    {
        Within("audience.nodes", audience.Nodes, 1, 1_000_000);
        Known("audience.arrival", audience.Arrival);
        Within("audience.arrivalSeconds", audience.ArrivalSeconds, 0, 86_400);
        if (audience.MeanStaySeconds is { } stay)
            Within("audience.meanStaySeconds", stay, 1, 86_400);
        Within("audience.crashShare", audience.CrashShare, 0, 1);
        if (audience.Classes.Count == 0) throw Wrong("audience.classes", "is not empty");
        var total = 0.0;
        for (var i = 0; i < audience.Classes.Count; i++)
        {
            Check($"audience.classes[{i}].", audience.Classes[i]);
            total += audience.Classes[i].Share;
        }

        if (Math.Abs(total - 1) > 1e-6)
            throw Wrong("audience.classes", $"has shares that add up to 1, not {Text(total)}");
    }

    private static void Check(string path, NodeClass nodes)
    {
        Within(path + "share", nodes.Share, 1e-6, 1);
        Known(path + "kind", nodes.Kind);
        Within(path + "uploadBitsPerSecond", nodes.UploadBitsPerSecond, 1_000, MostRate);
        Within(path + "downloadBitsPerSecond", nodes.DownloadBitsPerSecond, 1_000, MostRate);
        Within(path + "memoryBytes", nodes.MemoryBytes, 4 << 20, 4L << 30);
    }

    private static void Check(PlayerScenario player, MediaScenario media)
    {
        Within("player.bufferSeconds", player.BufferSeconds, media.SegmentSeconds, 600);
        Within("player.startSegments", player.StartSegments, 1, 100);
        Known("player.renditions", player.Renditions);
        Within("player.seeksPerMinute", player.SeeksPerMinute, 0, 60);
        if (media.IsLive && player.SeeksPerMinute > 0)
            throw Wrong("player.seeksPerMinute", "is 0 for a live stream");
        Within("player.liveDelaySeconds", player.LiveDelaySeconds, 0, 600);
        Within("player.prefetchSeconds", player.PrefetchSeconds, media.SegmentSeconds, 3_600);
    }

    private static void Check(IReadOnlyList<Disturbance> disturbances)
    {
        Within("disturbances", disturbances.Count, 0, 1_000, " of them");
        for (var i = 0; i < disturbances.Count; i++)
        {
            var path = $"disturbances[{i}].";
            Known(path + "kind", disturbances[i].Kind);
            Within(path + "atSeconds", disturbances[i].AtSeconds, 0, 86_400);
            Within(path + "forSeconds", disturbances[i].ForSeconds, 0, 86_400);
            Within(path + "share", disturbances[i].Share, 0, 1);
            Within(path + "addedMilliseconds", disturbances[i].AddedMilliseconds, 0, 60_000);
        }
    }

    private static void Known<T>(string path, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw Wrong(path, $"is one of {string.Join(", ", Enum.GetNames<T>())}");
    }

    /// <summary>Not a number is within nothing.</summary>
    private static void Within(
        string path, double value, double least, double most, string unit = "")
    {
        if (!(value >= least && value <= most))
            throw Wrong(path, $"is {Text(least)} to {Text(most)}{unit}, not {Text(value)}");
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static ScenarioException Wrong(string path, string rule) => new($"{path} {rule}");
}
