using System.Collections.ObjectModel;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>What a node has counted for one stream; payload bytes that verified, unless said.</summary>
public sealed record SwarmStatistics
{
    /// <summary>Nothing counted yet.</summary>
    public static SwarmStatistics Empty { get; } = new();

    /// <summary>Delivered by anyone.</summary>
    public long BytesDelivered => BytesFromViewers + BytesFromPublisher + BytesFromOrigin;

    /// <summary>Delivered by other viewers.</summary>
    public long BytesFromViewers { get; init; }

    /// <summary>Delivered by the publisher or an edge node.</summary>
    public long BytesFromPublisher { get; init; }

    /// <summary>Delivered by the origin.</summary>
    public long BytesFromOrigin { get; init; }

    /// <summary>Brought back into memory from this node's own block store; not among those delivered.</summary>
    public long BytesFromStore { get; init; }

    /// <summary>Served to peers.</summary>
    public long BytesServed { get; init; }

    /// <summary>Arrived and of no use: late, superseded or wrong.</summary>
    public long BytesWasted { get; init; }

    /// <summary>Blocks whose bytes did not verify.</summary>
    public long RejectedBlocks { get; init; }

    /// <summary>Blocks verified after their deadline.</summary>
    public long LateBlocks { get; init; }

    /// <summary>Requests made of the origin.</summary>
    public long OriginRequests { get; init; }

    /// <summary>Stalls of the attached player, by why what it waited for was not there.</summary>
    public IReadOnlyDictionary<SupplyReason, long> StallReasons { get; init; } =
        ReadOnlyDictionary<SupplyReason, long>.Empty;

    /// <summary>Blocks of 16 KiB asked of the origin, by why they were not had from a peer.</summary>
    public IReadOnlyDictionary<SupplyReason, long> OriginReasons { get; init; } =
        ReadOnlyDictionary<SupplyReason, long>.Empty;

    /// <summary>The share of delivered bytes that came from other viewers, 0 to 1.</summary>
    public double Offload => BytesDelivered == 0 ? 0 : (double)BytesFromViewers / BytesDelivered;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{BytesDelivered} bytes ({BytesFromViewers} from viewers, {BytesFromPublisher} from the publisher, "
        + $"{BytesFromOrigin} from the origin), {BytesServed} served, {RejectedBlocks} blocks rejected";

    /// <summary>The peers that are linked now.</summary>
    public IReadOnlyList<PeerStatistics> Peers { get; init; } = [];
}
