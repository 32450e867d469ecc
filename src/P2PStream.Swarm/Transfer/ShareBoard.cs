using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Viewers of a plain file fetch each block once from those who only give, and the rest from each other.
/// Decides which blocks of a giver the picker knows of: those that are this node's to fetch, and others as
/// soon as it would have nothing else to ask for, or its reader waits in vain.
/// </summary>
internal sealed class ShareBoard(SwarmState state, PlaybackWindow window)
{
    /// <summary>So long nothing may come of the piece that the reader waits for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>From a slow giver a block takes its time for whoever is to fetch it: so many times what one
    /// takes for us is waited for, too.</summary>
    private const int PatienceBlocks = 3;

    /// <summary>A giver that has less than one in so many of the requests that it could have is asked for
    /// what is others' to fetch. More would be copies of what they have asked for: at the end of a file
    /// that is all there is left.</summary>
    private const int IdleShare = 4;

    private readonly ShareRelief _relief = new();
    private bool _isStale;

    /// <summary>True for a piece that only peers have: where there is an origin, it is that which is
    /// shared (<see cref="OriginElection"/>).</summary>
    public static bool IsShared(TrackLane lane, LaneEntry entry) =>
        lane.HoldsPiece(entry.Segment.Record) && entry.Segment.Record.OriginUri.Length == 0;

    /// <summary>A peer has, or no longer has, all of a part; or the part is newly wanted.</summary>
    public void Changed(LaneEntry entry) => entry.Share.IsStale = _isStale = true;

    /// <summary>A peer came, left, or wants other segments.</summary>
    public void PeersChanged() => _isStale = true;

    public void Advance(TimeSpan now)
    {
        foreach (var lane in window.Lanes) ReachForNeglected(lane, now);
        if (!_isStale) return;
        _isStale = HasNewcomer(now);
        foreach (var lane in window.Lanes)
            foreach (var entry in lane.Entries)
                if (IsShared(lane, entry) && !entry.Segment.IsComplete) Deal(lane, entry, now);
    }

    /// <summary>Lets idle givers be asked for one block more that is another's to fetch.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryOffer(TimeSpan now)
    {
        foreach (var peer in state.Peers)
        {
            if (!peer.Gives) continue;
            var estimate = state.Picker.Estimate(peer.Source);
            if (estimate.Outstanding * IdleShare >= estimate.Window) continue;
            foreach (var lane in window.Lanes)
                if (TryOffer(peer, lane, now)) return true;
        }

        return false;
    }

    private bool TryOffer(SwarmPeer peer, TrackLane lane, TimeSpan now)
    {
        if (!_relief.TryFind(peer, lane, now, out var entry, out var block)) return false;
        entry.Share.Offer(block);
        foreach (var giver in state.Peers)
            if (entry.Share.IsGiver(giver)) Tell(giver, lane, entry, block, 1, isThere: true, now);
        return true;
    }

    /// <summary>The reader waits for a piece of which nothing comes: who was to fetch the rest is slow or
    /// gone. Who is next in line steps in, and then who comes after that.</summary>
    private void ReachForNeglected(TrackLane lane, TimeSpan now)
    {
        if (now - lane.CursorSince < Patience) return;
        foreach (var entry in lane.Entries)
        {
            if (entry.Segment.Id.Sequence != lane.Cursor || entry.Segment.IsComplete
                || !IsShared(lane, entry)) continue;
            var waited = now - (entry.LastGot > lane.CursorSince ? entry.LastGot : lane.CursorSince);
            if (waited < Patience) continue;
            var block = PatienceBlocks * BlockTime(entry);
            _isStale |= entry.Share.ReachFor((int)(waited / (block > Patience ? block : Patience)));
        }
    }

    /// <summary>What a block takes from the quickest giver.</summary>
    private TimeSpan BlockTime(LaneEntry entry)
    {
        var rate = 0.0;
        foreach (var peer in state.Peers)
            if (entry.Share.IsGiver(peer)) rate = Math.Max(rate, state.Picker.Estimate(peer.Source).Rate);
        return rate > 0 ? TimeSpan.FromSeconds(ContentLimits.BlockBytes / rate) : TimeSpan.Zero;
    }

    private bool HasNewcomer(TimeSpan now)
    {
        foreach (var peer in state.Peers)
            if (peer.IsNew(now)) return true;
        return false;
    }

    private void Deal(TrackLane lane, LaneEntry entry, TimeSpan now)
    {
        var share = entry.Share;
        share.Update(state.Options.Self, state.Peers, now);
        if (!share.IsStale) return;
        share.IsStale = false;
        foreach (var peer in state.Peers)
        {
            if (!peer.HasSegment(entry.Segment.Id)) continue;
            if (!share.IsGiver(peer))
            {
                Tell(peer, lane, entry, 0, entry.Blocks, isThere: true, now);
                continue;
            }

            peer.Gives = true;
            for (var i = 0; i < entry.Blocks; i++)
                Tell(peer, lane, entry, i, 1, share.MayAsk(i), now);
        }
    }

    private void Tell(SwarmPeer peer, TrackLane lane, LaneEntry entry, int first, int count,
        bool isThere, TimeSpan now) =>
        state.Picker.Advertise(
            peer.Source, lane.Lane, entry.First + first, count, isThere, now);
}
