using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Says which segments this node may fetch from the origin now: those whose turn has come, and of them those
/// for which it was elected or that nobody brings forward.
/// </summary>
internal sealed class OriginTurns(SwarmState state, PlaybackWindow window, ScarceGivers givers)
{
    /// <summary>Who was not elected leaves a segment to who was, as long as it grows: with a scarce origin
    /// all are late, and each that steps in makes the others later.</summary>
    private static readonly TimeSpan NeglectedAfter = TimeSpan.FromSeconds(1);

    /// <summary>As <see cref="NeglectedAfter"/> for what is not due soon: a scarce origin may take that long
    /// for its first block, and to ask it as well would make it take longer.</summary>
    private static readonly TimeSpan NeglectedAheadAfter = TimeSpan.FromSeconds(2);

    /// <summary>A segment of which nothing was delivered for so long holds up no other.</summary>
    private static readonly TimeSpan HoldsUpFor = TimeSpan.FromSeconds(3);

    /// <summary>A segment that is due so soon has the origin for itself: what is fetched beside it would
    /// take from the rate that it needs.</summary>
    private static readonly TimeSpan AloneBefore = TimeSpan.FromSeconds(4);

    /// <summary>Blocks of such a segment that may still be missing when the next one's turn comes: on their
    /// way already, as a rule, so that the origin does not fall idle between the two.</summary>
    private const int OnTheirWay = 2;

    /// <summary>Who is to fetch after another waits so much longer; eight times at most.</summary>
    private static readonly TimeSpan StepAside = TimeSpan.FromMilliseconds(200);
    private const int MostSteps = 8;

    /// <summary>Who was elected and of whose segment nothing came for so long, and who fetched no other for
    /// <see cref="LapseUnless"/>, is left out of elections for <see cref="LapseCounts"/>.</summary>
    private static readonly TimeSpan LapseAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LapseUnless = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LapseCounts = TimeSpan.FromSeconds(30);

    /// <summary>What peers have of a segment that is newly wanted is known by then.</summary>
    private static readonly TimeSpan NewsPatience = TimeSpan.FromMilliseconds(150);

    /// <summary>A live segment has just left its publisher, who is therefore there, linked with this node or not:
    /// it is given so long to come through the swarm, unless it is due sooner than the other.</summary>
    private static readonly TimeSpan LivePatience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan LiveDueSoon = TimeSpan.FromSeconds(2.5);

    private readonly OriginHands _hands = new(state);

    /// <summary>Goes through all lanes in play order: a segment's turn comes when enough of what precedes
    /// it, in its own lane and in the others, exists; so a scarce origin fills one after another.</summary>
    public void Advance(int source, TimeSpan now)
    {
        var horizon = TimeSpan.MaxValue;
        foreach (var lane in window.Lanes)
        {
            if (lane.Track.Kind == TrackKind.Initialization || !lane.IsFollowed(now)) continue;
            if (LastInTurn(lane, now) is { } last && EndOf(last) < horizon) horizon = EndOf(last);
        }

        foreach (var lane in window.Lanes)
        {
            var last = LastInTurn(lane, now);
            var isInTurn = true;
            foreach (var entry in lane.Entries)
            {
                // Not the end of the walk: after a jump back a lane is not in the order of its deadlines.
                if (isInTurn && window.Deadline(entry.Segment.Record) < horizon)
                    Offer(source, lane, entry, now);
                else if (entry.Turn.IsEarly) TakeBack(source, lane, entry, now);
                isInTurn &= entry != last;
            }
        }
    }

    /// <summary>The origin is no source any more.</summary>
    public void Reset()
    {
        foreach (var lane in window.Lanes)
            foreach (var entry in lane.Entries) entry.Turn.Withdraw();
    }

    /// <summary>Its turn had come because givers have what precedes it, and they do not count any
    /// more.</summary>
    private void TakeBack(int source, TrackLane lane, LaneEntry entry, TimeSpan now)
    {
        entry.Turn.Withdraw();
        Tell(source, lane, entry, offered: false, now);
        state.Picker.Elect(source, lane.Lane, entry.First, entry.Blocks, elected: false, now);
    }

    /// <summary>The last segment of a lane whose turn has come, as far as the lane itself goes; null: all
    /// have had it.</summary>
    private LaneEntry? LastInTurn(TrackLane lane, TimeSpan now)
    {
        var isSecond = false;
        foreach (var entry in lane.Entries)
        {
            if (entry.SeenBlocks == entry.Blocks || HoldsNothingUp(entry, now)) continue;
            if (isSecond || !MayBeFollowed(entry, now)) return entry;
            isSecond = true;
        }

        return null;
    }

    private TimeSpan EndOf(LaneEntry entry)
    {
        var deadline = window.Deadline(entry.Segment.Record);
        var length = entry.Segment.Record.Duration;
        // A file's piece plays for no time.
        return deadline + (length > TimeSpan.Zero ? length : TimeSpan.FromTicks(1));
    }

    /// <summary>Half of it exists; nearly all of it if the player reaches it soon.</summary>
    private bool MayBeFollowed(LaneEntry entry, TimeSpan now) =>
        window.Deadline(entry.Segment.Record) - now > AloneBefore
            ? entry.SeenBlocks * 2 >= entry.Blocks
            : entry.Blocks - entry.SeenBlocks <= OnTheirWay;

    /// <summary>No origin has it, or none brings it: what comes behind it must not wait.</summary>
    private static bool HoldsNothingUp(LaneEntry entry, TimeSpan now) =>
        entry.Segment.Record.OriginUri.Length == 0 || entry.Turn.Rests(now)
        || entry.Turn.Undelivered(now) > HoldsUpFor;

    private void Offer(int source, TrackLane lane, LaneEntry entry, TimeSpan now)
    {
        var turn = entry.Turn;
        if (!turn.HasCome && (IsNews(entry, now) || IsDealt(entry, now)))
        {
            if (turn.IsEarly) TakeBack(source, lane, entry, now);
            return;
        }

        turn.Come(now);
        if (entry.Segment.Record.OriginUri.Length == 0 || entry.Segment.IsComplete) return;
        var isNeglected = IsNeglected(entry, now);
        if (isNeglected)
        {
            turn.Forsake();
            NoteLapse(entry, now);
        }

        var elected = !turn.Rests(now) && MayTake(entry, isNeglected, now);
        var offered = elected || (isNeglected && !turn.Rests(now));
        var byHands = elected && !isNeglected && GoesByHands(entry, now);
        if (offered != turn.IsOffered || (offered && turn.IsRefused) || (turn.IsByHands && !byHands))
        {
            turn.IsOffered = offered;
            turn.IsRefused = false;
            turn.Hands = 0;
            turn.IsByHands = offered && byHands;
            Tell(source, lane, entry, offered && !byHands, now);
        }

        if (turn.IsByHands) _hands.Offer(source, lane, entry, now);

        if (elected == turn.IsElected) return;
        turn.IsElected = elected;
        state.Picker.Elect(source, lane.Lane, entry.First, entry.Blocks, elected, now);
    }

    private void Tell(int source, TrackLane lane, LaneEntry entry, bool offered, TimeSpan now) =>
        state.Picker.Advertise(
            source, lane.Lane, entry.First, entry.Blocks, available: offered, now);

    /// <summary>Where givers are scarce, an origin that is asked for several copies of what has time has none to send
    /// of what has not.</summary>
    private bool GoesByHands(LaneEntry entry, TimeSpan now) =>
        state.LacksGivers && ScarceGivers.IsTimed(entry)
        && window.Deadline(entry.Segment.Record) - now > AloneBefore;

    /// <summary>Not all step in at once: each leaves those that would be elected before it a moment more.</summary>
    private bool IsNeglected(LaneEntry entry, TimeSpan now)
    {
        var isDueSoon = window.Deadline(entry.Segment.Record) - now <= AloneBefore;
        var left = entry.Turn.Idle(now) - (isDueSoon ? NeglectedAfter : NeglectedAheadAfter);
        if (left <= TimeSpan.Zero) return false;
        var before = OriginElection.Before(state.Options.Self, state.Peers, entry.Segment.Id, now);
        return left > StepAside * Math.Min(before, MostSteps);
    }

    private bool MayTake(LaneEntry entry, bool isNeglected, TimeSpan now)
    {
        var turn = entry.Turn;
        var id = entry.Segment.Id;
        var self = state.Options.Self;
        if (isNeglected || !turn.IsBegun(now))
            return OriginElection.IsElected(self, state.Peers, id, now);

        // Who is at work goes on: whoever joins, or moves its window, meanwhile would fetch what is on its way.
        // Of two that are at work, the one with the lower rank goes on.
        var isAlone = turn.LowestFetcher == ulong.MaxValue;
        return turn.IsElected
            && (isAlone || (turn.IsFetchedHere && OriginElection.Rank(self, id) < turn.LowestFetcher));
    }

    /// <summary>A giver has all of it, and viewers deal that among themselves: each block is one's to bring from
    /// there, and the origin's would be a second copy. What is due soon does not rely on that.</summary>
    private bool IsDealt(LaneEntry entry, TimeSpan now)
    {
        if (!givers.AreShared || entry.SeenBlocks < entry.Blocks
            || window.Deadline(entry.Segment.Record) - now <= AloneBefore) return false;
        foreach (var peer in state.Peers)
            if (givers.Deals(peer, entry) && peer.HasSegment(entry.Segment.Id)) return true;
        return false;
    }

    /// <summary>Nothing of it ever came: whoever was to fetch it cannot, or will not. Who fetches others is only
    /// slow, and to fetch in its place would make it slower.</summary>
    private void NoteLapse(LaneEntry entry, TimeSpan now)
    {
        var turn = entry.Turn;
        if (turn.IsLapseNoted || turn.IsDelivered || turn.Undelivered(now) <= LapseAfter) return;
        turn.IsLapseNoted = true;
        if (OriginElection.Elect(state.Options.Self, state.Peers, entry.Segment.Id, now) is { } peer
            && now - peer.LastFetch > LapseUnless)
            peer.LapsedUntil = now + LapseCounts;
    }

    /// <summary>Peers tell what they have of a segment once they know that it is wanted here. What the player
    /// reaches soon does not wait for that.</summary>
    private bool IsNews(LaneEntry entry, TimeSpan now)
    {
        if (state.Peers.Count == 0) return false;
        var isLive = state.Track(entry.Segment.Id.Track) is { Ended: false } && !givers.AreScarce;
        return now - entry.WantedAt < (isLive ? LivePatience : NewsPatience)
            && window.Deadline(entry.Segment.Record) - now > (isLive ? LiveDueSoon : AloneBefore);
    }
}
