namespace P2PStream.Scheduling;

/// <summary>
/// The picker of this package: earliest deadline first where it is urgent, rarest first beyond,
/// second copies inside a budget, paid sources last.
/// </summary>
/// <remarks>
/// Event-driven and sans-IO: one owner calls it, it calls nobody. It holds no bytes. A decision
/// costs O(words of the lanes × sources with room); nothing is allocated once lanes and sources
/// are known. The algorithm in prose: docs/scheduler.md.
/// </remarks>
public sealed partial class DeadlineScheduler : IBlockPicker
{
    private readonly SchedulerOptions _options;
    private readonly PickerState _state;
    private readonly UrgentPolicy _urgent;
    private readonly RarestPolicy _rarest;
    private readonly PaidPolicy _paid;
    private readonly HedgePolicy _hedge;
    private readonly SilencePolicy _silence;
    private readonly CancellationQueue _cancelled = new();
    private HedgeBudget _budget;

    /// <summary>Makes a scheduler without lanes and sources.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public DeadlineScheduler(SchedulerOptions? options = null)
    {
        _options = options ?? new SchedulerOptions();
        _options.Validate();
        _state = new PickerState(_options);
        _paid = new PaidPolicy(_state);
        _urgent = new UrgentPolicy(_state, _paid);
        _rarest = new RarestPolicy(_state);
        _hedge = new HedgePolicy(_state, _paid);
        _silence = new SilencePolicy(_state);
        _budget = new HedgeBudget(_options);
    }

    /// <inheritdoc/>
    public int OpenLane(in LaneOptions options) =>
        _state.Lanes.Open(options, _state.Sources.UsedWords).Index;

    /// <inheritdoc/>
    public void CloseLane(int lane, TimeSpan now)
    {
        Clear(lane, now);
        SourceTable sources = _state.Sources;
        for (Source? s = sources.Next(0); s is not null; s = sources.Next(s.Index + 1))
            (s.Have[lane], s.Elected[lane]) = (null, null);
        _state.Lanes.Close(_state.Lanes[lane]);
    }

    /// <inheritdoc/>
    public long Head(int lane) => _state.Lanes[lane].Head;

    /// <inheritdoc/>
    public long Tail(int lane) => _state.Lanes[lane].Tail;

    /// <inheritdoc/>
    public long Append(int lane, int count, TimeSpan deadline)
    {
        Lane ring = _state.Lanes[lane];
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 0);
        if (ring.Tail + count - ring.Head > ring.Capacity)
        {
            throw new InvalidOperationException(
                $"Lane {lane} holds {ring.Tail - ring.Head} of {ring.Capacity} slots; "
                + $"{count} more do not fit.");
        }
        long first = ring.Tail;
        if (count > 0) ring.Append(count, deadline.Ticks);
        return first;
    }

    /// <inheritdoc/>
    public void SetDeadline(int lane, long first, int count, TimeSpan deadline)
    {
        Lane ring = _state.Lanes[lane];
        if (!Clip(ring, first, count, out long from, out int length)) return;
        _state.Sources.ForgetRefusals();
        ring.SetDue(from, length, deadline.Ticks);
        for (long position = from; position < from + length; position++)
        {
            int slot = ring.SlotOf(position);
            if (ring.FirstTicket(slot) == Lane.None) continue;
            Rearm(ring.FirstTicket(slot));
            if (ring.SecondTicket(slot) != Lane.None) Rearm(ring.SecondTicket(slot));
        }
    }

    /// <inheritdoc/>
    public void Slide(int lane, long head, TimeSpan now)
    {
        _state.MoveTo(now);
        Lane ring = _state.Lanes[lane];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(head, ring.Tail);
        if (head <= ring.Head) return;
        _state.Sources.ForgetRefusals();
        int count = (int)(head - ring.Head);
        int slot = ring.SlotOf(ring.Head);
        int before = Math.Min(count, ring.Capacity - slot);
        Forget(ring, slot, before);
        Forget(ring, 0, count - before);
        ring.DropBefore(head);
    }

    /// <inheritdoc/>
    public void Clear(int lane, TimeSpan now) => Slide(lane, _state.Lanes[lane].Tail, now);

    /// <inheritdoc/>
    public void SetHeld(int lane, long position, bool held, TimeSpan now)
    {
        _state.MoveTo(now);
        Lane ring = _state.Lanes[lane];
        if (!ring.InRing(position)) return;
        int slot = ring.SlotOf(position);
        ring.SetMissing(slot, !held);
        if (held) CancelAll(ring, slot, CancellationReason.Superseded);
    }

    /// <inheritdoc/>
    public int AddSource(in SourceProfile profile, TimeSpan now)
    {
        _state.MoveTo(now);
        Source source = _state.Sources.Add(profile, _options, _state.Now);
        foreach (Lane lane in _state.Lanes.Ordered) lane.Holders.Widen(_state.Sources.UsedWords);
        return source.Index;
    }

    /// <inheritdoc/>
    public void RemoveSource(int source, TimeSpan now)
    {
        _state.MoveTo(now);
        Source gone = _state.Sources[source];
        while (gone.OldestTicket >= 0) End(gone.OldestTicket);
        foreach (Lane lane in _state.Lanes.Ordered)
        {
            if (gone.Have[lane.Index] is not { } have) continue;
            for (int word = 0; word < have.Length; word++)
                if (have[word] != 0)
                    lane.Holders.Remove(
                        word, have[word], source, !gone.IsPriced, _state.Sources.Priced);
        }
        _state.Sources.Remove(gone, _state.Now);
        _cancelled.Forget(source);
    }

    /// <inheritdoc/>
    public void Advertise(
        int source, int lane, long first, int count, bool available, TimeSpan now)
    {
        _state.MoveTo(now);
        Source holder = _state.Sources[source];
        Lane ring = _state.Lanes[lane];
        if (!Clip(ring, first, count, out long from, out int length)) return;
        holder.Have[lane] ??= new ulong[ring.Words];
        int slot = ring.SlotOf(from);
        int before = Math.Min(length, ring.Capacity - slot);
        SetHas(holder, ring, slot, before, available);
        SetHas(holder, ring, 0, length - before, available);
    }

    /// <inheritdoc/>
    public void Elect(int source, int lane, long first, int count, bool elected, TimeSpan now)
    {
        _state.MoveTo(now);
        Lane ring = _state.Lanes[lane];
        ulong[] slots = _state.Sources[source].Elected[lane] ??= new ulong[ring.Words];
        if (!Clip(ring, first, count, out long from, out int length)) return;
        int slot = ring.SlotOf(from);
        int before = Math.Min(length, ring.Capacity - slot);
        SetRange(slots, slot, before, elected);
        SetRange(slots, 0, length - before, elected);
    }

    /// <inheritdoc/>
    public void Measured(int source, TimeSpan roundTrip)
    {
        _state.Sources[source].Measured(roundTrip.Ticks);
        _state.Sources.Refresh(_state.Sources[source], _state.Now);
    }

    /// <inheritdoc/>
    public void SetWindowLimit(int source, int requests)
    {
        _state.Sources[source].SetLimit(requests);
        _state.Sources.Refresh(_state.Sources[source], _state.Now);
    }

    /// <inheritdoc/>
    public SourceEstimate Estimate(int source) => _state.Sources[source].Estimate;

    /// <summary>True when a source may be asked for what has time, too.</summary>
    internal bool HasCalmRoom(int source) => _state.Sources[source] is { HasRoom: true, HasCalmRoom: true };

    private static void SetRange(ulong[] set, int start, int count, bool member)
    {
        if (member) Bitset.AddRange(set, start, count);
        else Bitset.RemoveRange(set, start, count);
    }

    private void SetHas(Source source, Lane lane, int slot, int count, bool has)
    {
        ulong[] have = source.Have[lane.Index]!;
        var range = new WordRange(slot, count);
        while (range.TryNext(out int word, out ulong bits))
        {
            ulong changed = bits & (has ? ~have[word] : have[word]);
            if (changed == 0) continue;
            have[word] ^= changed;
            if (has)
            {
                lane.Holders.Add(word, changed, source.Index, !source.IsPriced);
                Bitset.Remove(_state.Sources.Barren, source.Index);
                Bitset.Remove(_state.Sources.Refused, source.Index);
            }
            else
            {
                _state.Sources.ForgetRefusals();
                lane.Holders.Remove(
                    word, changed, source.Index, !source.IsPriced, _state.Sources.Priced);
            }
        }
    }

    /// <summary>The part of a range that is still in the ring; false when nothing is.</summary>
    private static bool Clip(Lane lane, long first, int count, out long from, out int length)
    {
        from = Math.Max(first, lane.Head);
        length = (int)Math.Max(0, Math.Min(first + count, lane.Tail) - from);
        return length > 0;
    }

    /// <summary>
    /// Ends what is in flight for slots that leave the ring, and what sources have of them.
    /// </summary>
    private void Forget(Lane lane, int start, int count)
    {
        int end = start + count;
        int slot = Bitset.First(lane.InFlight, start, end);
        for (; slot >= 0; slot = Bitset.First(lane.InFlight, slot + 1, end))
            CancelAll(lane, slot, CancellationReason.NotWanted);
        SourceTable sources = _state.Sources;
        for (Source? s = sources.Next(0); s is not null; s = sources.Next(s.Index + 1))
        {
            if (s.Have[lane.Index] is { } have) Bitset.RemoveRange(have, start, count);
            if (s.Elected[lane.Index] is { } elected) Bitset.RemoveRange(elected, start, count);
        }
    }
}
