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
    public const int Hand = 4;

    /// <summary>What is due so soon, and does not come forward, may be asked for by whoever would be next, and the
    /// one after him, and so on. That it is late is no reason: where all are, each would ask a giver for the same
    /// block, and the more copies it sent, the later all would be.</summary>
    private static readonly TimeSpan StepIn = TimeSpan.FromSeconds(3);

    /// <summary>Who comes to a segment so much later than this node would fetch his hands of it when he gets there, or
    /// not at all should his viewer jump: they are not his to bring.</summary>
    private static readonly TimeSpan ComesLater = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan PerRank = TimeSpan.FromMilliseconds(250);

    /// <summary>What has ended each viewer plays in his own time: those who were to bring it may need it later, and
    /// where one is late the others are not. What comes too slowly to be whole so long before it is due is asked of a
    /// giver, and all of it once it is behind that pace by <see cref="AllWithin"/>.</summary>
    private static readonly TimeSpan InGoodTime = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="InGoodTime"/>
    private static readonly TimeSpan AllWithin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly List<SwarmPeer> _sharers = [];
    private TimeSpan _next;
    private bool _areQuick;

    /// <summary>When it must be looked at again; null: not at all.</summary>
    public TimeSpan? NextWakeUp => givers.AreShared ? _next : null;

    /// <summary>Something is wanted, or is at a giver, that was not before.</summary>
    public void Changed() => _next = TimeSpan.Zero;

    public void Advance(TimeSpan now)
    {
        if (!givers.AreShared || now < _next) return;
        _next = now + Every;
        _areQuick = givers.AreQuick(InGoodTime);
        foreach (var lane in window.Lanes)
            foreach (var entry in lane.Entries)
                if (!entry.Segment.IsComplete && ScarceGivers.IsTimed(entry)) Deal(lane, entry, now);
    }

    private void Deal(TrackLane lane, LaneEntry entry, TimeSpan now)
    {
        FindSharers(lane, entry);
        var slack = window.Deadline(entry.Segment.Record) - now;
        var hasTime = slack > RelaxedRequests.HasTime;
        var reach = Reach(entry, slack, now);
        for (var first = 0; first < entry.Blocks; first += Hand)
        {
            var end = Math.Min(first + Hand, entry.Blocks);
            if (entry.IsDealt(first) || Rank(entry, first) > reach
                || (hasTime && HasLeft(entry, first, end))) continue;
            entry.Deal(first);
            foreach (var peer in state.Peers)
                if (!peer.IsViewer) Tell(peer, lane, entry, first, end, now);
        }
    }

    /// <summary>How many sharers may come before this node for what it asks for all the same.</summary>
    private int Reach(LaneEntry entry, TimeSpan slack, TimeSpan now)
    {
        var reach = slack >= StepIn ? 0 : (int)(Less(StepIn - slack, now - entry.LastGot) / PerRank);
        if (!_areQuick || state.Track(entry.Segment.Id.Track) is not { Ended: true }) return reach;
        var behind = Behind(entry, slack);
        return behind <= TimeSpan.Zero
            ? reach
            : Math.Max(reach, (int)Math.Min(_sharers.Count, Math.Ceiling(_sharers.Count * (behind / AllWithin))));
    }

    /// <summary>True when viewers have all of a hand: it comes from there.</summary>
    private bool HasLeft(LaneEntry entry, int first, int end)
    {
        for (var i = first; i < end; i++)
            if (!IsAtViewer(entry.Block(i))) return false;
        return true;
    }

    private bool IsAtViewer(BlockId block)
    {
        foreach (var peer in state.Peers)
            if (peer.IsViewer && peer.HasBlock(block)) return true;
        return false;
    }

    /// <summary>How far a segment is behind a steady pace at which it is whole in good time.</summary>
    private static TimeSpan Behind(LaneEntry entry, TimeSpan slack)
    {
        var part = entry.Segment.Parts[entry.Part];
        return StepIn * (part.Blocks - part.PlacedCount) / part.Blocks - (slack - InGoodTime);
    }

    /// <summary>Viewers that want a segment about as soon as this node, or sooner: a window begins where its player
    /// is.</summary>
    private void FindSharers(TrackLane lane, LaneEntry entry)
    {
        _sharers.Clear();
        var id = entry.Segment.Id;
        var own = id.Sequence > lane.Cursor ? id.Sequence - lane.Cursor : 0;
        var latest = _areQuick ? own + (ulong)(ComesLater / entry.Segment.Record.Duration) : ulong.MaxValue;
        foreach (var peer in state.Peers)
            if (peer.IsViewer && peer.Wants(id) && id.Sequence - peer.FirstWanted(id.Track) <= latest)
                _sharers.Add(peer);
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
