using P2PStream.Swarm;

namespace P2PStream.Tool.Demo;

/// <summary>One viewer's end in figures.</summary>
internal sealed record ViewerReport
{
    public required string Name { get; init; }
    public required bool Complete { get; init; }
    public required int Segments { get; init; }
    public required long BytesPlayed { get; init; }
    public required long BytesDelivered { get; init; }
    public required long BytesFromViewers { get; init; }
    public required long BytesFromPublisher { get; init; }
    public required long BytesFromOrigin { get; init; }
    public required double Offload { get; init; }
    public required long BytesServed { get; init; }
    public required int Stalls { get; init; }
    public required double StallMs { get; init; }
    public required IReadOnlyDictionary<SupplyReason, long> StallReasons { get; init; }

    /// <summary>Blocks asked of the origin.</summary>
    public required IReadOnlyDictionary<SupplyReason, long> OriginReasons { get; init; }

    /// <summary>Null when it never played.</summary>
    public required double? StartupMs { get; init; }

    public required long RejectedBlocks { get; init; }
    public required long WastedBytes { get; init; }
    public required double DurationMs { get; init; }

    /// <summary>Peak, bytes; null when it shared its process with others, where nobody can tell
    /// whose they are.</summary>
    public required long? ResidentBytes { get; init; }

    public required string? Error { get; init; }

    public static ViewerReport Of(IDemoViewer viewer) => Of(viewer.Name, viewer.Snapshot);

    public static ViewerReport Of(string name, ViewerSnapshot end) => new()
    {
        Name = name,
        Complete = end.Complete,
        Segments = end.Segments,
        BytesPlayed = end.BytesPlayed,
        BytesDelivered = end.BytesDelivered,
        BytesFromViewers = end.BytesFromViewers,
        BytesFromPublisher = end.BytesFromPublisher,
        BytesFromOrigin = end.BytesFromOrigin,
        Offload = DemoReport.Share(end.BytesFromViewers, end.BytesDelivered),
        BytesServed = end.BytesServed,
        Stalls = end.Stalls,
        StallMs = Math.Round(end.StallMs, 1),
        StallReasons = end.StallReasons,
        OriginReasons = end.OriginReasons,
        StartupMs = end.StartupMs is { } startup ? Math.Round(startup, 1) : null,
        RejectedBlocks = end.RejectedBlocks,
        WastedBytes = end.WastedBytes,
        DurationMs = Math.Round(end.DurationMs),
        ResidentBytes = end.ResidentBytes == 0 ? null : end.ResidentBytes,
        Error = end.Error,
    };
}
