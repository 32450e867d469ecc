namespace P2PStream.Scheduling;

/// <content>Requests: from the pick to the one outcome each of them has.</content>
public sealed partial class DeadlineScheduler
{
    /// <inheritdoc/>
    public bool TryPick(TimeSpan now, out Pick pick)
    {
        Advance(now);
        pick = default;
        if (!_state.Sources.AnyReady) return false;
        if (!_state.AnythingToGive())
        {
            // When somebody is to be paid depends on it.
            if (_state.Sources.AnyPriced) _state.Measure();
            return false;
        }
        if (_state.Tickets.ActiveCount >= _options.OutstandingLimit) return false;
        _state.BeginDecision();
        bool isHedge = false;
        if (!_urgent.TryChoose(out Choice choice)
            && !(isHedge = _budget.CanSpend && _hedge.TryChoose(out choice))
            && !_paid.TryChooseElected(out choice)
            && !_rarest.TryChoose(static lane => lane.Next, isTrusted: true, out choice)
            && !_rarest.TryChoose(static lane => lane.Near, isTrusted: false, out choice)
            && !_rarest.TryChoose(static lane => lane.Far, isTrusted: false, out choice)
            && !_rarest.TryChoose(static lane => lane.Next, isTrusted: false, out choice))
        {
            _state.NoteRefusal();
            return false;
        }
        if (isHedge) _budget.Spend();
        int ticket = Begin(choice, isHedge);
        pick = new Pick(
            _state.Tickets.NumberOf(ticket),
            choice.Source.Index,
            choice.Lane.Index,
            choice.Lane.PositionOf(choice.Slot),
            new TimeSpan(choice.Lane.Due(choice.Slot)),
            isHedge);
        return true;
    }

    /// <inheritdoc/>
    public bool Delivered(uint ticket, int bytes, TimeSpan now)
    {
        _state.MoveTo(now);
        if (!_state.Tickets.TryFind(ticket, out int index)) return false;
        Learn(index, bytes);
        if (!_state.Tickets[index].IsActive) return false;
        Lane lane = _state.Lanes[_state.Tickets[index].Lane];
        int slot = lane.SlotOf(_state.Tickets[index].Position);
        _state.ObserveDelivery(_state.Now - _state.Tickets[index].SentAt);
        _budget.Earn(bytes);
        lane.SetMissing(slot, missing: false);
        End(index);
        _state.Tickets[index].MayTeach = false;
        CancelAll(lane, slot, CancellationReason.Superseded);
        return true;
    }

    /// <inheritdoc/>
    public bool Failed(uint ticket, FailureReason reason, TimeSpan now)
    {
        _state.MoveTo(now);
        if (!_state.Tickets.TryFind(ticket, out int index)) return false;
        if (!_state.Tickets[index].IsActive) return false;
        Lane lane = _state.Lanes[_state.Tickets[index].Lane];
        int slot = lane.SlotOf(_state.Tickets[index].Position);
        Source source = _state.Sources[_state.Tickets[index].Source];
        End(index);
        _state.Tickets[index].MayTeach = false;
        // Whoever sent wrong bytes for a block does not have it, whatever it says.
        // Where something is paid for, what presses is not asked of who refuses: it would wait there, and be paid for late.
        if (reason == FailureReason.Busy)
            source.Refused(_state.Tickets[index].IsPressing || _state.Sources.AnyPriced, _state.Now);
        else if (source.Has(lane.Index, slot)) SetHas(source, lane, slot, 1, has: false);
        _state.Sources.Refresh(source, _state.Now);
        return true;
    }

    /// <inheritdoc/>
    public bool TryTakeCancelled(out Cancellation cancelled) => _cancelled.TryTake(out cancelled);

    private int Begin(in Choice choice, bool isHedge)
    {
        Source source = choice.Source;
        _state.Sources.Refresh(source, _state.Now);
        int index = _state.Tickets.Take();
        ref Ticket ticket = ref _state.Tickets[index];
        ticket.IsHedge = isHedge;
        ticket.Source = source.Index;
        ticket.SourceSerial = source.Serial;
        ticket.Lane = choice.Lane.Index;
        ticket.Position = choice.Lane.PositionOf(choice.Slot);
        ticket.SentAt = _state.Now;
        ticket.IsPressing = _state.IsPressing(choice.Lane.Due(choice.Slot));
        ticket.Expected = source.Expected;
        ticket.Limit = source.StallLimit();
        ticket.StallAt = _state.Now + ticket.Limit;
        ticket.Previous = source.NewestTicket;
        if (source.NewestTicket >= 0) _state.Tickets[source.NewestTicket].Next = index;
        else source.OldestTicket = index;
        source.NewestTicket = index;
        source.Asked(_state.Now);
        choice.Lane.AddTicket(choice.Slot, index);
        // Whether another would bring it sooner is looked at from now on, not only when it is late.
        if (!source.IsPriced && _state.IsAwaited(choice.Lane.Due(choice.Slot))) choice.Lane.SetLate(choice.Slot);
        _state.Sources.Refresh(source, _state.Now);
        Rearm(index);
        return index;
    }

    /// <summary>
    /// Ends a request here; its block is open again unless it is held or asked elsewhere.
    /// </summary>
    private void End(int index)
    {
        ref Ticket ticket = ref _state.Tickets[index];
        Source source = _state.Sources[ticket.Source];
        if (ticket.Previous >= 0) _state.Tickets[ticket.Previous].Next = ticket.Next;
        else source.OldestTicket = ticket.Next;
        if (ticket.Next >= 0) _state.Tickets[ticket.Next].Previous = ticket.Previous;
        else source.NewestTicket = ticket.Previous;
        source.Ended(SentAt(source.OldestTicket), SentAt(source.NewestTicket));
        Lane lane = _state.Lanes[ticket.Lane];
        lane.RemoveTicket(lane.SlotOf(ticket.Position), index);
        ticket.MayTeach = true;
        _state.Tickets.Return(index);
        _state.Sources.Refresh(source, _state.Now);
    }

    private long SentAt(int index) => index < 0 ? 0 : _state.Tickets[index].SentAt;

    private void Cancel(int index, CancellationReason reason)
    {
        uint number = _state.Tickets.NumberOf(index);
        int source = _state.Tickets[index].Source;
        End(index);
        _cancelled.Add(new Cancellation(number, source, reason));
    }

    private void CancelAll(Lane lane, int slot, CancellationReason reason)
    {
        while (lane.FirstTicket(slot) != Lane.None) Cancel(lane.FirstTicket(slot), reason);
    }

    /// <summary>
    /// Takes the lesson of a delivery, once; also of one that came after its request had ended:
    /// a slow source would otherwise never be known as slow, but as dead.
    /// </summary>
    private void Learn(int index, int bytes)
    {
        ref Ticket ticket = ref _state.Tickets[index];
        if (!ticket.IsActive && !ticket.MayTeach) return;
        ticket.MayTeach = false;
        Source? source = _state.Sources.Find(ticket.Source, ticket.SourceSerial);
        if (source is null) return;
        source.Delivered(bytes, ticket.SentAt, ticket.Expected, ticket.IsPressing, _state.Now);
        _state.Sources.Refresh(source, _state.Now);
    }
}
