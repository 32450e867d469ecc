namespace P2PStream.Scheduling;

/// <summary>
/// A second copy of an urgent block whose request is predicted to miss its deadline, when another
/// source would be sooner; and of a block that a player may be waiting for, when another would be sooner by more
/// than guesswork. At most one a block; the budget is checked by the caller.
/// </summary>
internal sealed class HedgePolicy(PickerState state, PaidPolicy paid)
{
    /// <summary>Standard deviations by which a second copy of what is waited for may be later than expected.</summary>
    private const double Guesswork = 0.5;

    internal bool TryChoose(out Choice choice)
    {
        choice = default;
        state.Lanes.StartWalk();
        while (state.Lanes.TryWalk(state.Now + state.UrgentLength, out Lane lane, out Run run))
        {
            if (state.IsAwaited(run.Due) && TryAwaited(lane, run, out choice)) return true;
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

    /// <summary>The block of which the copy would save most time.</summary>
    private bool TryAwaited(Lane lane, in Run run, out Choice choice)
    {
        choice = default;
        double most = 0;
        int start = lane.SlotOf(run.First);
        int before = Math.Min(run.Count, lane.Capacity - start);
        for (int part = 0; part < 2; part++)
        {
            int end = part == 0 ? start + before : run.Count - before;
            int slot = Bitset.First(lane.Late, part == 0 ? start : 0, end);
            for (; slot >= 0; slot = Bitset.First(lane.Late, slot + 1, end))
            {
                if (lane.SecondTicket(slot) != Lane.None) continue;
                if (Saved(lane, slot, out Source? source) is not { } saved || saved <= most) continue;
                most = saved;
                choice = new Choice(lane, slot, source!);
            }
        }
        return most > 0;
    }

    /// <summary>Ticks that a second copy would save, or null where nobody could bring one.</summary>
    private double? Saved(Lane lane, int slot, out Source? source)
    {
        ref Ticket ticket = ref state.Tickets[lane.FirstTicket(slot)];
        Source holder = state.Sources[ticket.Source];
        var peers = new PeerSurvey(state, lane, slot, ticket.Source, isAwaited: true);
        source = peers.BestReady;
        // Of whom little is known one guess would be held against another.
        if (holder.IsPriced || !holder.IsKnown || source is not { Backoff: 0, IsKnown: true }) return null;
        double age = state.Now - ticket.SentAt;
        double left = ticket.Expected - age;
        // Had the other been asked it would be here: the one that was is as slow as it ever is.
        double remaining = age < source.AwaitedEta ? left : Math.Max(left + holder.Deviation, age / 2);
        return remaining - source.AwaitedEta - Guesswork * source.Deviation;
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
