using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <summary>What one viewer saw and had.</summary>
public sealed record ViewerReport
{
    /// <summary>Its number; those that come later have higher ones.</summary>
    public required int Number { get; init; }

    /// <summary>The name of its class.</summary>
    public required string Class { get; init; }

    /// <summary>What it was up to: a staller's figures are not in the sums.</summary>
    public required NodeKind Kind { get; init; }

    /// <summary>When it came, in seconds from the start.</summary>
    public required double ArrivedSeconds { get; init; }

    /// <summary>From its arrival, or from when a live stream was as old as its delay, to the first picture, in
    /// seconds; null: none came.</summary>
    public required double? StartUpSeconds { get; init; }

    /// <summary>Of a live stream: seconds from the moment that was filmed to its picture, in the end; null on
    /// demand.</summary>
    public required double? LatencySeconds { get; init; }

    /// <summary>How often it ran dry.</summary>
    public required int Stalls { get; init; }

    /// <summary>Why, as its swarm said.</summary>
    public required IReadOnlyDictionary<SupplyReason, long> StallReasons { get; init; }

    /// <summary>How long it stood, in seconds.</summary>
    public required double StalledSeconds { get; init; }

    /// <summary>How long it played, in seconds.</summary>
    public required double PlayedSeconds { get; init; }

    /// <summary>From each jump to the picture there, in seconds.</summary>
    public required IReadOnlyList<double> SeekSeconds { get; init; }

    /// <summary>For each of those jumps what it takes at least, in seconds: two round trips to the linked nodes that
    /// have the segment there, and its bytes at the rate of the viewer's downlink or of their uplinks together. Null
    /// when the viewer had it, or nobody that it was linked to.</summary>
    public required IReadOnlyList<double?> SeekBoundSeconds { get; init; }

    /// <summary>Bits per second of what it read, on average over its renditions.</summary>
    public required double BitsPerSecond { get; init; }

    /// <summary>Verified bytes from other viewers.</summary>
    public required long BytesFromViewers { get; init; }

    /// <summary>Verified bytes from publisher and edge nodes.</summary>
    public required long BytesFromPublisher { get; init; }

    /// <summary>Verified bytes from the origin.</summary>
    public required long BytesFromOrigin { get; init; }

    /// <summary>Blocks of 16 KiB that it asked of the origin, by why they were not had from a peer.</summary>
    public required IReadOnlyDictionary<SupplyReason, long> OriginReasons { get; init; }

    /// <summary>Bytes of blocks that came and were of no use: late, twice, cancelled or wrong.</summary>
    public required long WastedBytes { get; init; }

    /// <summary>Bytes asked for a second time while a first request was under way; of use is one copy of them.</summary>
    public required long HedgedBytes { get; init; }

    /// <summary>Of <see cref="WastedBytes"/>, bytes that were not what was published.</summary>
    public required long RejectedBytes { get; init; }

    /// <summary>Blocks that were verified after their deadline.</summary>
    public required long LateBlocks { get; init; }

    /// <summary>Bytes of blocks that it gave others.</summary>
    public required long BytesServed { get; init; }

    /// <summary>Peers that it banned.</summary>
    public required int Bans { get; init; }

    internal static ViewerReport Of(SimulatedNode node)
    {
        var log = node.Player!.Log;
        var counters = node.Swarm.Counters;
        var delivered = counters.BytesFromViewers + counters.BytesFromPublisher;
        return new ViewerReport
        {
            Number = node.Number,
            Class = node.Role.Class.Name,
            Kind = node.Role.Class.Kind,
            ArrivedSeconds = node.Arrived.TotalSeconds,
            StartUpSeconds = log.StartUp?.TotalSeconds,
            LatencySeconds = log.Latency?.TotalSeconds,
            Stalls = log.Stalls,
            StallReasons = ReasonTally.Sum([counters.StallReasons.Given()]),
            StalledSeconds = log.StalledFor.TotalSeconds,
            PlayedSeconds = log.Played.TotalSeconds,
            SeekSeconds = [.. log.Seeks.Select(seek => seek.TotalSeconds)],
            SeekBoundSeconds = [.. log.SeekBounds.Select(bound => bound?.TotalSeconds)],
            BitsPerSecond = log.TimeRead > TimeSpan.Zero
                ? log.BitsRead / log.TimeRead.TotalSeconds
                : 0,
            BytesFromViewers = counters.BytesFromViewers,
            BytesFromPublisher = counters.BytesFromPublisher,
            BytesFromOrigin = counters.BytesFromOrigin,
            OriginReasons = ReasonTally.Sum([counters.OriginReasons.Given()]),
            WastedBytes = Math.Max(0, node.Meter.BlockBytesReceived - delivered),
            HedgedBytes = counters.BytesHedged,
            RejectedBytes = node.Meter.RejectedBytes,
            LateBlocks = counters.LateBlocks,
            BytesServed = counters.BytesServed,
            Bans = node.Meter.Bans,
        };
    }
}
