namespace P2PStream.Scheduling;

/// <summary>
/// Sources that cost money: used where this node was elected, or where no peer can be expected to
/// deliver in time; never where one can.
/// </summary>
internal sealed class PaidPolicy(PickerState state)
{
    /// <summary>
    /// Beyond the urgent zone: elected blocks that no peer has yet, in deadline order, so that the
    /// swarm gets its first copy early.
    /// </summary>
    internal bool TryChooseElected(out Choice choice)
    {
        choice = default;
        SourceTable sources = state.Sources;
        for (Source? s = sources.NextPriced(0); s is not null; s = sources.NextPriced(s.Index + 1))
        {
            if (sources.IsReady(s.Index) && TryElected(s, out choice)) return true;
        }
        return false;
    }

    /// <summary>
    /// A paid source for an urgent slot that no peer with room can bring in time.
    /// </summary>
    internal bool TryInstead(
        Lane lane, int slot, long slack, in PeerSurvey peers, out Source? source)
    {
        source = null;
        SourceTable sources = state.Sources;
        for (Source? s = sources.NextPriced(0); s is not null; s = sources.NextPriced(s.Index + 1))
        {
            if (!sources.IsReady(s.Index) || !s.Has(lane.Index, slot)) continue;
            if (!IsWorthIt(s, lane.Index, slot, slack, peers.Eta, peers.Need)) continue;
            if (source is null || (s.Price, s.Eta).CompareTo((source.Price, source.Eta)) < 0)
                source = s;
        }
        return source is not null;
    }

    /// <summary>
    /// May the source be paid for this slot, given when a peer could bring it (infinite: none can)?
    /// </summary>
    internal bool IsWorthIt(
        Source source, int lane, int slot, long slack, double peerEta, double peerNeed)
    {
        double guard = state.Options.OriginGuard.Ticks;
        if (!source.IsElected(lane, slot) && slack > source.Eta + guard) return false;
        if (double.IsPositiveInfinity(peerEta)) return true;
        if (peerNeed <= slack) return false;
        // In time where the peer is not; or, when both are late, sooner by more than guesswork.
        return source.Need <= slack || source.Eta + guard < peerEta;
    }

    /// <summary>When an open slot that is not worth paying for now becomes so, ticks.</summary>
    internal long WorthItAt(Source source, Lane lane, int slot, double peerNeed)
    {
        long due = lane.Due(slot);
        double lead = source.IsElected(lane.Index, slot)
            ? state.UrgentLength
            : source.Eta + state.Options.OriginGuard.Ticks;
        return due - (long)Math.Min(lead, peerNeed);
    }

    private bool TryElected(Source source, out Choice choice)
    {
        choice = default;
        state.Lanes.StartWalk();
        while (state.Lanes.TryWalk(long.MaxValue, out Lane lane, out Run run))
        {
            if (source.Elected[lane.Index] is not { } elected) continue;
            if (source.Have[lane.Index] is not { } have) continue;
            int slot = lane.SlotOf(run.First);
            int before = Math.Min(run.Count, lane.Capacity - slot);
            int found = FirstUnheard(lane, elected, have, slot, slot + before);
            if (found < 0) found = FirstUnheard(lane, elected, have, 0, run.Count - before);
            if (found < 0) continue;
            choice = new Choice(lane, found, source);
            return true;
        }
        return false;
    }

    /// <summary>The first open slot that was elected, is had, and that no peer holds.</summary>
    private static int FirstUnheard(Lane lane, ulong[] elected, ulong[] have, int start, int end)
    {
        int slot = Bitset.First(lane.Open, elected, start, end);
        while (slot >= 0 && (!lane.Holders.IsUnheard(slot) || !Bitset.Contains(have, slot)))
            slot = Bitset.First(lane.Open, elected, slot + 1, end);
        return slot;
    }
}
