namespace P2PStream.Scheduling;

/// <content>Time: late requests, stalls, and when to look again.</content>
public sealed partial class DeadlineScheduler
{
    /// <summary>
    /// A request whose source is at work, and whose block has time, may take this often its limit:
    /// an uploader serves others' earlier deadlines first, and asking again would only waste bytes.
    /// </summary>
    private const int PatienceFactor = 4;

    /// <summary>The same for a request of which only one source has the block.</summary>
    private const int PatienceAlone = 2;

    /// <inheritdoc/>
    public TimeSpan? NextWakeUp
    {
        get
        {
            long next = Math.Min(_state.Sources.FirstRestEnd(), _silence.FirstLook());
            int first = _state.Tickets.FirstToWake;
            if (first >= 0) next = Math.Min(next, _state.Tickets[first].WakeAt);
            next = Math.Min(next, FirstPayable());
            return next == long.MaxValue ? null : new TimeSpan(next);
        }
    }

    /// <inheritdoc/>
    public void Tick(TimeSpan now) => Advance(now);

    private void Advance(TimeSpan now)
    {
        _state.MoveTo(now);
        _state.Sources.EndRests(_state.Now);
        while (_silence.Next() is { } silent) GiveUp(silent);
        for (int i = _state.Tickets.FirstToWake; i >= 0; i = _state.Tickets.FirstToWake)
        {
            ref Ticket ticket = ref _state.Tickets[i];
            if (ticket.WakeAt > _state.Now) return;
            if (ticket.StallAt > _state.Now) MarkLate(i);
            else if (TryWaitOn(ref ticket) || TryWaitAlone(ref ticket)) Rearm(i);
            else DeclareStall(i);
        }
    }

    private void MarkLate(int index)
    {
        ref Ticket ticket = ref _state.Tickets[index];
        Lane lane = _state.Lanes[ticket.Lane];
        lane.SetLate(lane.SlotOf(ticket.Position));
        ticket.IsLate = true;
        _state.Tickets.WakeAt(index, ticket.StallAt);
    }

    /// <summary>
    /// Sets when a request must be looked at: when it is late, or when it has stalled.
    /// </summary>
    private void Rearm(int index)
    {
        ref Ticket ticket = ref _state.Tickets[index];
        Lane lane = _state.Lanes[ticket.Lane];
        long due = lane.Due(lane.SlotOf(ticket.Position));
        long wake = ticket.StallAt;
        if (!ticket.IsLate)
        {
            Source source = _state.Sources[ticket.Source];
            wake = Math.Min(wake, _hedge.LateAt(ticket, source, due));
        }
        if (wake <= _state.Now && ticket.StallAt > _state.Now) MarkLate(index);
        else _state.Tickets.WakeAt(index, wake);
    }

    private bool TryWaitOn(ref Ticket ticket)
    {
        long last = _state.Sources[ticket.Source].LastDelivery;
        long until = Math.Min(last + ticket.Limit, ticket.SentAt + PatienceFactor * ticket.Limit);
        Lane lane = _state.Lanes[ticket.Lane];
        long due = lane.Due(lane.SlotOf(ticket.Position));
        if (last <= ticket.SentAt || until <= _state.Now || until >= due) return false;
        ticket.StallAt = until;
        _state.Sources.NoteChange(_state.Sources[ticket.Source]);
        return true;
    }

    /// <summary>
    /// Waits on when nobody else has the block: what was asked for may stand in a queue, behind what
    /// others are given, and asking its only holder again would bring it twice. Where there is a paid
    /// source, that would bring it instead.
    /// </summary>
    private bool TryWaitAlone(ref Ticket ticket)
    {
        long until = ticket.SentAt + PatienceAlone * ticket.Limit;
        if (until <= _state.Now || _state.Sources.AnyPriced) return false;
        Lane lane = _state.Lanes[ticket.Lane];
        if (!lane.Holders.IsOnly(lane.SlotOf(ticket.Position), ticket.Source)) return false;
        ticket.StallAt = Math.Min(until, _state.Now + Math.Max(1, ticket.Limit / SilencePolicy.LooksPerLimit));
        _state.Sources.NoteChange(_state.Sources[ticket.Source]);
        return true;
    }

    /// <summary>
    /// Ends a request that took too long. A source that has delivered nothing since it was asked
    /// has stalled altogether: everything it owes is freed at once, not one limit after another.
    /// </summary>
    private void DeclareStall(int index)
    {
        Source source = _state.Sources[_state.Tickets[index].Source];
        if (source.LastDelivery <= _state.Tickets[index].SentAt)
        {
            GiveUp(source);
            return;
        }
        source.Stalled();
        Cancel(index, CancellationReason.Stalled);
        _state.Sources.Refresh(source, _state.Now);
    }

    private void GiveUp(Source source)
    {
        source.Stalled();
        while (source.OldestTicket >= 0) Cancel(source.OldestTicket, CancellationReason.Stalled);
        _state.Sources.Refresh(source, _state.Now);
    }

    /// <summary>
    /// When the first open slot becomes worth paying for, or long.MaxValue. What is worth it
    /// already was picked, or waits for room, which an event tells.
    /// </summary>
    private long FirstPayable()
    {
        long first = long.MaxValue;
        SourceTable sources = _state.Sources;
        for (Source? s = sources.NextPriced(0); s is not null; s = sources.NextPriced(s.Index + 1))
        {
            if (!double.IsFinite(s.Eta)) continue;
            _state.Lanes.StartWalk();
            while (_state.Lanes.TryWalk(long.MaxValue, out Lane lane, out Run run))
            {
                double lead = Math.Max(
                    _state.UrgentLength, s.Eta + _options.OriginGuard.Ticks);
                if (run.Due - lead >= first) break;
                first = Math.Min(first, FirstPayableIn(s, lane, run));
            }
        }
        return first;
    }

    private long FirstPayableIn(Source source, Lane lane, in Run run)
    {
        long first = long.MaxValue;
        int slot = lane.SlotOf(run.First);
        int before = Math.Min(run.Count, lane.Capacity - slot);
        for (int part = 0; part < 2; part++)
        {
            int end = part == 0 ? slot + before : run.Count - before;
            int at = Bitset.First(lane.Open, part == 0 ? slot : 0, end);
            for (; at >= 0; at = Bitset.First(lane.Open, at + 1, end))
            {
                if (!source.Has(lane.Index, at)) continue;
                var peers = new PeerSurvey(_state, lane, at);
                long time = _paid.WorthItAt(source, lane, at, peers.Need);
                if (time > _state.Now) first = Math.Min(first, time);
            }
        }
        return first;
    }
}
