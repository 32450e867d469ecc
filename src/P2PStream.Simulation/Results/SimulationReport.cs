using System.Text.Json;
using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <summary>How a run went. It follows from scenario and seed alone.</summary>
public sealed record SimulationReport
{
    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>The block picker's name.</summary>
    public required string Picker { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>A rolling hash of all events: equal for runs that went alike.</summary>
    public required string EventHash { get; init; }

    /// <summary>Events that happened.</summary>
    public required long Events { get; init; }

    /// <summary>Virtual seconds that passed.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds that nodes of the audience were there, all together.</summary>
    public required double NodeSeconds { get; init; }

    /// <summary>Viewers that came; hostile ones are in no sum.</summary>
    public required int Viewers { get; init; }

    /// <summary>Of those, who got no picture.</summary>
    public required int NeverStarted { get; init; }

    /// <summary>From arrival to the first picture, in seconds, of those who got one.</summary>
    public required Percentiles StartUpSeconds { get; init; }

    /// <summary>Of a live stream: from the moment that was filmed to its picture, in the end, in seconds.</summary>
    public required Percentiles LatencySeconds { get; init; }

    /// <summary>Of a live stream: from when a segment was made until half of the viewers that were there had it
    /// whole, in seconds, over its segments.</summary>
    public required Percentiles HalfSpreadSeconds { get; init; }

    /// <summary>The same until 99 % of them had it.</summary>
    public required Percentiles FullSpreadSeconds { get; init; }

    /// <summary>Stalls of all viewers.</summary>
    public required int Stalls { get; init; }

    /// <summary>Seconds that they stood after they had started, all together.</summary>
    public required double StalledSeconds { get; init; }

    /// <summary>Those over the seconds that they played or stood.</summary>
    public required double StallRatio { get; init; }

    /// <summary>Stalls by the reason that viewers' swarms gave; one that lasts to the end counts.</summary>
    public required IReadOnlyDictionary<SupplyReason, long> StallReasons { get; init; }

    /// <summary>From a jump to the picture there, in seconds.</summary>
    public required Percentiles SeekSeconds { get; init; }

    /// <summary>What those jumps take at least whose segment a linked node had and the viewer had not
    /// (<see cref="ViewerReport.SeekBoundSeconds"/>), in seconds.</summary>
    public required Percentiles SeekBoundSeconds { get; init; }

    /// <summary>What each of these took over what it takes at least.</summary>
    public required Percentiles SeekOverBound { get; init; }

    /// <summary>Of players' bytes, the share that came from other viewers.</summary>
    public required double Offload { get; init; }

    /// <summary>Bytes that the origin sent over those of all segments that anybody read, each once: copies a
    /// segment.</summary>
    public required double OriginCopies { get; init; }

    /// <summary>Requests made of the origin.</summary>
    public required long OriginRequests { get; init; }

    /// <summary>Blocks of 16 KiB asked of the origin by the reason that viewers' swarms gave.</summary>
    public required IReadOnlyDictionary<SupplyReason, long> OriginReasons { get; init; }

    /// <summary>Verified bytes from viewers, publishers and origin.</summary>
    public required long DeliveredBytes { get; init; }

    /// <summary>Bytes of blocks that came and were of no use: late, twice, cancelled or wrong.</summary>
    public required long WastedBytes { get; init; }

    /// <summary>Bytes asked for a second time while a first request was under way; of use is one copy of them.</summary>
    public required long HedgedBytes { get; init; }

    /// <summary>Of <see cref="WastedBytes"/>, bytes that were not what was published.</summary>
    public required long RejectedBytes { get; init; }

    /// <summary>Blocks that were verified after their deadline.</summary>
    public required long LateBlocks { get; init; }

    /// <summary>Bans of peers by viewers.</summary>
    public required int Bans { get; init; }

    /// <summary>Bits per second at which viewers played, on average over the time that they played or
    /// stood.</summary>
    public required double AchievedBitsPerSecond { get; init; }

    /// <summary>What each viewer could have had: the bound of Kumar, Liu and Ross for publishers and origin as
    /// the source and honest viewers as peers, no more than the medium's highest bitrate, on average over
    /// the run.</summary>
    public required double BoundBitsPerSecond { get; init; }

    /// <summary>The one over the other.</summary>
    public required double RateOverBound { get; init; }

    /// <summary>What the DHT did; null where a directory stands for discovery.</summary>
    public DiscoveryReport? Discovery { get; init; }

    /// <summary>The run over time.</summary>
    public required IReadOnlyList<SeriesPoint> Series { get; init; }

    /// <summary>Each viewer, in the order of their going and then of their coming.</summary>
    public required IReadOnlyList<ViewerReport> Each { get; init; }

    /// <summary>The report as a JSON object in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SimulationJson.Default.SimulationReport);
}
