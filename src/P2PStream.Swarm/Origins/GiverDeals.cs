using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Viewers that givers cannot carry all deal the blocks of a segment among themselves: who ranks first for a
/// hand of blocks fetches it from a giver as soon as it exists, and the others from him. So what is new leaves a
/// publisher once, spread over all its viewers, and is with everybody some hops later. The longer nothing
/// comes of what is due soon, the more of them may ask a giver for it.
/// </summary>
internal sealed class GiverDeals(SwarmState state, PlaybackWindow window, ScarceGivers givers)
{
    /// <summary>Blocks that are dealt together.</summary>
    private const int Hand = 4;

    /// <summary>What is due so soon, and does not come forward, may be asked for by whoever would be next, and the
    /// one after him, and so on. That it is late is no reason: where all are, each would ask a giver for the same
    /// block, and the more copies it sent, the later all would be.</summary>
    private static readonly TimeSpan StepIn = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan PerRank = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly List<SwarmPeer> _sharers = [];
    private TimeSpan _next;

    /// <summary>When it must be looked at again; null: not at all.</summary>
    public TimeSpan? NextWakeUp => givers.AreShared ? _next : null;

    /// <summary>Something is wanted, or is at a giver, that was not before.</summary>
    public void Changed() => _next = TimeSpan.Zero;

    public void Advance(TimeSpan now)
    {
        if (!givers.AreShared || now < _next) return;
        _next = now + Every;
        foreach (var lane in window.Lanes)
            foreach (var entry in lane.Entries)
                if (!entry.Segment.IsComplete && ScarceGivers.IsTimed(entry)) Deal(lane, entry, now);
    }

    private void Deal(TrackLane lane, LaneEntry entry, TimeSpan now)
    {
        var slack = window.Deadline(entry.Segment.Record) - now;
        var reach = slack >= StepIn ? 0 : (int)(Less(StepIn - slack, now - entry.LastGot) / PerRank);
        _sharers.Clear();
        foreach (var peer in state.Peers)
            if (peer.IsViewer && peer.Wants(entry.Segment.Id)) _sharers.Add(peer);
        for (var first = 0; first < entry.Blocks; first += Hand)
        {
            if (entry.IsDealt(first) || Rank(entry, first) > reach) continue;
            entry.Deal(first);
            var end = Math.Min(first + Hand, entry.Blocks);
            foreach (var peer in state.Peers)
                if (!peer.IsViewer) Tell(peer, lane, entry, first, end, now);
        }
    }

    private static TimeSpan Less(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>How many sharers come before this node for a hand.</summary>
    private int Rank(LaneEntry entry, int first)
    {
        if (_sharers.Count == 0) return 0;
        var own = OriginElection.BlockRank(state.Options.Self, entry.Segment.Id, first);
        var rank = 0;
        foreach (var peer in _sharers)
            if (OriginElection.BlockRank(peer.Id, entry.Segment.Id, first) < own) rank++;
        return rank;
    }

    private void Tell(
        SwarmPeer giver, TrackLane lane, LaneEntry entry, int first, int end, TimeSpan now)
    {
        if (giver.HasSegment(entry.Segment.Id))
        {
            state.Picker.Advertise(
                giver.Source, lane.Lane, entry.First + first, end - first, available: true, now);
            return;
        }

        for (var i = first; i < end; i++)
            if (giver.HasBlock(entry.Block(i)))
                state.Picker.Advertise(
                    giver.Source, lane.Lane, entry.First + i, 1, available: true, now);
    }
}
