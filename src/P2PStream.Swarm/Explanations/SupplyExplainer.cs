using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Says why a block is not here: for a player that stalls, and for the money that an origin costs. Looks at
/// what the other rooms know, and changes nothing.
/// </summary>
internal sealed class SupplyExplainer(
    SwarmState state, PlaybackWindow window, BlockTransfers transfers)
{
    /// <summary>The player stands: what does it wait for, and why?</summary>
    public void PlayerStalled(TimeSpan position, TimeSpan now)
    {
        var (reason, block, peer) = WhyStalled(position, now);
        state.Counters.StallReasons.Add(reason);
        state.Emit(new SwarmEffect
        {
            Kind = SwarmEffectKind.Stalled,
            Reason = reason,
            Block = block,
            Peer = peer,
        });
    }

    /// <summary>Why a block is about to be asked of the origin.</summary>
    /// <param name="entry">Where the block is.</param>
    /// <param name="index">Which.</param>
    /// <param name="isHedge">True when a request for it is under way elsewhere.</param>
    public SupplyReason WhyOrigin(LaneEntry entry, int index, bool isHedge)
    {
        if (isHedge && transfers.UnderWay(entry.Block(index)) is { IsFromPeer: true } request)
            return Shortfall.OfStall(request);
        if (HasHolder(entry, index)) return entry.Failure(index) ?? SupplyReason.SlowHolder;
        if (entry.Failure(index) is { } failed && failed != SupplyReason.SlowHolder) return failed;
        if (state.Peers.Count == 0) return SupplyReason.NobodyLinked;
        return entry.Turn.IsElected ? SupplyReason.FirstCopy : SupplyReason.NoHolder;
    }

    private (SupplyReason Reason, BlockId Block, int Peer) WhyStalled(TimeSpan position, TimeSpan now)
    {
        var isAnyHere = false;
        foreach (var lane in window.Lanes)
        {
            if (lane.Track.Kind == TrackKind.Initialization || !lane.IsFollowed(now)) continue;
            foreach (var entry in lane.Entries)
            {
                var record = entry.Segment.Record;
                if (record.Start > position || position >= record.Start + record.Duration) continue;
                isAnyHere = true;
                if (!entry.Segment.IsComplete && FirstMissing(entry) is { } index)
                    return WhyMissing(entry, index);
            }
        }

        return (isAnyHere ? SupplyReason.Unread : SupplyReason.LateRecord, default, 0);
    }

    private static int? FirstMissing(LaneEntry entry)
    {
        var part = entry.Segment.Parts[entry.Part];
        for (var i = 0; i < part.Blocks; i++)
            if (!part.IsVerified(i)) return i;
        return null;
    }

    private (SupplyReason Reason, BlockId Block, int Peer) WhyMissing(LaneEntry entry, int index)
    {
        var block = entry.Block(index);
        if (entry.Segment.Parts[entry.Part].IsPlaced(index))
            return (SupplyReason.LateRecord, block, 0);
        if (transfers.UnderWay(block) is { } request)
            return request.IsFromPeer
                ? (WhyNotCome(entry, request), block, request.Peer)
                : (SupplyReason.SlowOrigin, block, 0);
        return (WhyNotAsked(entry, index), block, 0);
    }

    private static SupplyReason WhyNotCome(LaneEntry entry, in InFlightRequest request)
    {
        if (request.Expected <= request.Deadline) return SupplyReason.WrongEstimate;
        var failure = entry.Failure(request.Block.Index);
        if (failure is not null) return failure.Value;
        // Asked for as soon as somebody had it, and that was too late.
        return entry.LastShown + (request.Expected - request.AskedAt) > request.Deadline
            ? SupplyReason.NoHolder
            : SupplyReason.SlowHolder;
    }

    private SupplyReason WhyNotAsked(LaneEntry entry, int index)
    {
        if (entry.Failure(index) is { } failure) return failure;
        if (state.Peers.Count == 0) return SupplyReason.NobodyLinked;
        if (!HasHolder(entry, index)) return SupplyReason.NoHolder;
        return transfers.IsShortOfRoom ? SupplyReason.NoRoom : SupplyReason.SlowHolder;
    }

    private bool HasHolder(LaneEntry entry, int index)
    {
        // What was never shown needs no look at all peers.
        if (!entry.IsSeen(index)) return false;
        var block = entry.Block(index);
        foreach (var peer in state.Peers)
            if (peer.HasBlock(block)) return true;
        return false;
    }
}
