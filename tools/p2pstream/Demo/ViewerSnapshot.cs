using System.Collections.ObjectModel;
using P2PStream.Swarm;

namespace P2PStream.Tool.Demo;

/// <summary>One viewer at one moment, as the table shows it and as a child process reports
/// it.</summary>
/// <remarks>Bytes are verified payload. Milliseconds are of real time except for
/// positions.</remarks>
internal sealed record ViewerSnapshot
{
    /// <summary>What its player is doing.</summary>
    public PlayerStatus Status { get; init; } = PlayerStatus.Starting;

    /// <summary>Playhead, milliseconds of media time.</summary>
    public double PositionMs { get; init; }

    /// <summary>Media ahead of the playhead that the player holds, milliseconds.</summary>
    public double BufferedMs { get; init; }

    /// <summary>From the wish to watch to the first played frame; null while it has not
    /// played.</summary>
    public double? StartupMs { get; init; }

    /// <summary>Times the playhead had to wait.</summary>
    public int Stalls { get; init; }

    /// <summary>How long it waited in all.</summary>
    public double StallMs { get; init; }

    /// <summary>Why, as its swarm said, which looks at the player five times a second.</summary>
    public IReadOnlyDictionary<SupplyReason, long> StallReasons { get; init; } =
        ReadOnlyDictionary<SupplyReason, long>.Empty;

    /// <summary>Blocks asked of the origin, by why they were not had from a peer.</summary>
    public IReadOnlyDictionary<SupplyReason, long> OriginReasons { get; init; } =
        ReadOnlyDictionary<SupplyReason, long>.Empty;

    /// <summary>Segments played.</summary>
    public int Segments { get; init; }

    /// <summary>Bytes played, counted by the player.</summary>
    public long BytesPlayed { get; init; }

    /// <summary>Verified bytes received from anyone.</summary>
    public long BytesDelivered { get; init; }

    /// <summary>Of these, from other viewers.</summary>
    public long BytesFromViewers { get; init; }

    /// <summary>Of these, from the publisher.</summary>
    public long BytesFromPublisher { get; init; }

    /// <summary>Of these, from the origin.</summary>
    public long BytesFromOrigin { get; init; }

    /// <summary>Bytes it gave to others.</summary>
    public long BytesServed { get; init; }

    /// <summary>Blocks refused because they did not verify.</summary>
    public long RejectedBlocks { get; init; }

    /// <summary>Verified bytes that came when they were no longer needed.</summary>
    public long WastedBytes { get; init; }

    /// <summary>Links to other peers.</summary>
    public int Peers { get; init; }

    /// <summary>Its address for links and DHT alike, <c>host:port</c>; empty until it
    /// listens.</summary>
    public string EndPoint { get; init; } = "";

    /// <summary>True when the player has played every segment of what it chose.</summary>
    public bool Complete { get; init; }

    /// <summary>From its start to its end, or until now.</summary>
    public double DurationMs { get; init; }

    /// <summary>Peak resident memory of its process, bytes; 0 when it shares one with
    /// others.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>Why it will not go on; null while all is well.</summary>
    public string? Error { get; init; }

    /// <summary>The share of its bytes that came from other viewers.</summary>
    public double Offload => BytesDelivered == 0 ? 0 : (double)BytesFromViewers / BytesDelivered;

    /// <summary>True when there is nothing more to wait for.</summary>
    public bool IsOver => Complete || Error is not null;

    /// <summary>True when it is past its start-up.</summary>
    public bool HasPlayed => StartupMs is not null || IsOver;
}
