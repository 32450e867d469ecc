namespace P2PStream.Scheduling;

/// <summary>
/// A second copy of an urgent block whose request is predicted to miss its deadline, when another
/// source would be sooner. At most one a block; the budget is checked by the caller.
/// </summary>
internal sealed class HedgePolicy(PickerState state, PaidPolicy paid)
{
    internal bool TryChoose(out Choice choice)
    {
        choice = default;
        state.Lanes.StartWalk();
        while (state.Lanes.TryWalk(state.Now + state.UrgentLength, out Lane lane, out Run run))
        {
            int slot = lane.SlotOf(run.First);
            int before = Math.Min(run.Count, lane.Capacity - slot);
            if (TryRange(lane, slot, slot + before, out choice)) return true;
            if (TryRange(lane, 0, run.Count - before, out choice)) return true;
        }
        return false;
    }

    /// <summary>
    /// When a request will be predicted late if nothing arrives until then, ticks.
    /// </summary>
    internal long LateAt(in Ticket ticket, Source source, long due)
    {
        double margin = state.Options.SafetyDeviations * source.Deviation;
        double expected = ticket.SentAt + ticket.Expected;
        double late = expected + margin > due
            ? ticket.SentAt
            : Math.Max(expected + source.Deviation, (due - margin + ticket.SentAt / 2.0) / 1.5);
        // One tick more: when it is looked at, it must be late and not just on the verge of it.
        return (long)Math.Max(Math.Ceiling(late) + 1, (double)due - state.UrgentLength);
    }

    private bool TryRange(Lane lane, int start, int end, out Choice choice)
    {
        int slot = Bitset.First(lane.Late, start, end);
        for (; slot >= 0; slot = Bitset.First(lane.Late, slot + 1, end))
        {
            if (lane.SecondTicket(slot) != Lane.None) continue;
            if (TrySlot(lane, slot) is not { } source) continue;
            choice = new Choice(lane, slot, source);
            return true;
        }
        choice = default;
        return false;
    }

    private Source? TrySlot(Lane lane, int slot)
    {
        ref Ticket ticket = ref state.Tickets[lane.FirstTicket(slot)];
        Source holder = state.Sources[ticket.Source];
        double slack = lane.Due(slot) - state.Now;
        double remaining = Remaining(ticket, holder);
        double margin = state.Options.SafetyDeviations * holder.Deviation;
        if (remaining + margin <= slack) return null;
        var peers = new PeerSurvey(state, lane, slot, ticket.Source);
        if (peers.BestReady is { } peer && peer.Eta + peer.Deviation < remaining) return peer;
        return paid.TryInstead(lane, slot, (long)slack, peers, out Source? origin)
            && origin!.Index != ticket.Source
            && origin.Eta + state.Options.OriginGuard.Ticks < remaining
            ? origin
            : null;
    }

    /// <summary>
    /// Ticks until a request is answered: as expected, or once overdue half its age again, since
    /// the longer a block is late the later it tends to be.
    /// </summary>
    private double Remaining(in Ticket ticket, Source source)
    {
        double age = state.Now - ticket.SentAt;
        return age <= ticket.Expected + source.Deviation
            ? Math.Max(0, ticket.Expected - age)
            : age / 2;
    }
}
