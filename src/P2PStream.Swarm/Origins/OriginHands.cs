namespace P2PStream.Swarm;

/// <summary>
/// Offers the picker a segment's blocks at the origin a few at a time, where givers are scarce and there is time.
/// A viewer that sees only a part of the others is not the only one that is elected: each begins somewhere else, so
/// that they bring different blocks until they hear of each other, and not several copies of the same.
/// </summary>
internal sealed class OriginHands(SwarmState state)
{
    /// <summary>Blocks that are offered together. What is asked for before the others are heard of may be a second
    /// copy.</summary>
    private const int Hand = 2;

    /// <summary>Blocks that may still be on their way when the next are offered: the origin is not to wait.</summary>
    private const int OnTheirWay = 1;

    /// <summary>Offers what is next, until enough is on its way. What others have by now is left to them.</summary>
    public void Offer(int source, TrackLane lane, LaneEntry entry, TimeSpan now)
    {
        var hands = (entry.Blocks + Hand - 1) / Hand;
        var start = (int)(OriginElection.Rank(state.Options.Self, entry.Segment.Id) % (ulong)hands);
        var missing = 0;
        for (var i = 0; i < entry.Turn.Hands; i++) missing += Missing(entry, (start + i) % hands);
        while (missing <= OnTheirWay && entry.Turn.Hands < hands)
        {
            var hand = (start + entry.Turn.Hands++) % hands;
            var left = Missing(entry, hand);
            if (left == 0) continue;
            missing += left;
            var first = hand * Hand;
            state.Picker.Advertise(
                source, lane.Lane, entry.First + first, End(entry, hand) - first, available: true, now);
        }
    }

    /// <summary>Blocks of a hand that exist neither here nor at a peer.</summary>
    private static int Missing(LaneEntry entry, int hand)
    {
        var missing = 0;
        for (var i = hand * Hand; i < End(entry, hand); i++)
            if (!entry.IsSeen(i)) missing++;
        return missing;
    }

    private static int End(LaneEntry entry, int hand) => Math.Min((hand + 1) * Hand, entry.Blocks);
}
