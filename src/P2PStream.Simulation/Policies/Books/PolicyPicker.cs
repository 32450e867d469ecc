using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>
/// The books that every compared policy needs: lanes, sources, requests, stalls and tickets. A
/// policy only chooses. Plain lists, written to be read and not to be fast.
/// </summary>
internal abstract partial class PolicyPicker : IBlockPicker
{
    private readonly PolicyLane?[] _lanes = new PolicyLane?[SchedulerLimits.Lanes];
    private readonly PolicySource?[] _sources = new PolicySource?[SchedulerLimits.Sources];
    private readonly Queue<Cancellation> _cancelled = new();
    private PolicySlot[]? _wanted;
    private PolicySegment[]? _segments;

    protected PolicyPicker(SchedulerOptions options) => Options = options;

    protected SchedulerOptions Options { get; }

    /// <summary>The latest time the host gave.</summary>
    protected TimeSpan Now { get; private set; }

    protected IEnumerable<PolicySource> Sources => _sources.OfType<PolicySource>();

    /// <summary>All sources that cost nothing.</summary>
    protected IEnumerable<PolicySource> Peers => Sources.Where(source => !source.IsOrigin);

    /// <summary>Every slot, by deadline, then the lane's priority, then position.</summary>
    protected PolicySlot[] Wanted => _wanted ??=
    [
        .. _lanes.OfType<PolicyLane>().SelectMany(lane => lane.Slots)
            .OrderBy(slot => slot.Deadline).ThenBy(slot => slot.Lane.Priority)
            .ThenBy(slot => slot.Lane.Index).ThenBy(slot => slot.Position),
    ];

    /// <summary>Every segment, in the same order.</summary>
    protected PolicySegment[] Segments => _segments ??=
    [
        .. _lanes.OfType<PolicyLane>().SelectMany(lane => lane.Segments)
            .OrderBy(segment => segment.Deadline).ThenBy(segment => segment.Lane.Priority)
            .ThenBy(segment => segment.Lane.Index).ThenBy(segment => segment.First),
    ];

    /// <inheritdoc/>
    public int OpenLane(in LaneOptions options)
    {
        int index = Array.IndexOf(_lanes, null);
        if (index < 0) throw new InvalidOperationException("Too many lanes.");
        _lanes[index] = new PolicyLane(index, options);
        return index;
    }

    /// <inheritdoc/>
    public void CloseLane(int lane, TimeSpan now)
    {
        Clear(lane, now);
        _lanes[lane] = null;
    }

    /// <inheritdoc/>
    public long Head(int lane) => LaneOf(lane).Head;

    /// <inheritdoc/>
    public long Tail(int lane) => LaneOf(lane).Tail;

    /// <inheritdoc/>
    public long Append(int lane, int count, TimeSpan deadline)
    {
        PolicyLane ring = LaneOf(lane);
        if (ring.Slots.Count + count > ring.Capacity)
            throw new InvalidOperationException($"Lane {lane} has no room for {count} more.");
        long first = ring.Tail;
        if (count > 0) ring.Append(count, deadline);
        Reorder();
        return first;
    }

    /// <inheritdoc/>
    public void SetDeadline(int lane, long first, int count, TimeSpan deadline)
    {
        foreach (PolicySlot slot in LaneOf(lane).Range(first, count)) slot.Deadline = deadline;
        Reorder();
    }

    /// <inheritdoc/>
    public void Slide(int lane, long head, TimeSpan now)
    {
        MoveTo(now);
        PolicyLane ring = LaneOf(lane);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(head, ring.Tail);
        if (head <= ring.Head) return;
        foreach (PolicySlot slot in ring.Range(ring.Head, (int)(head - ring.Head)))
            CancelAll(slot, CancellationReason.NotWanted);
        ring.DropBefore(head);
        Reorder();
    }

    /// <inheritdoc/>
    public void Clear(int lane, TimeSpan now) => Slide(lane, LaneOf(lane).Tail, now);

    /// <inheritdoc/>
    public void SetHeld(int lane, long position, bool held, TimeSpan now)
    {
        MoveTo(now);
        if (LaneOf(lane).Find(position) is not { } slot) return;
        slot.IsHeld = held;
        if (held) CancelAll(slot, CancellationReason.Superseded);
    }

    /// <inheritdoc/>
    public int AddSource(in SourceProfile profile, TimeSpan now)
    {
        MoveTo(now);
        int index = Array.IndexOf(_sources, null);
        if (index < 0) throw new InvalidOperationException("Too many sources.");
        _sources[index] = new PolicySource(index, profile, Options, Now);
        return index;
    }

    /// <inheritdoc/>
    public void RemoveSource(int source, TimeSpan now)
    {
        MoveTo(now);
        PolicySource gone = SourceOf(source);
        foreach (PolicyRequest request in gone.Requests.ToArray()) End(request);
        foreach (PolicySlot slot in _lanes.OfType<PolicyLane>().SelectMany(lane => lane.Slots))
            slot.Forget(gone);
        gone.IsGone = true;
        _sources[source] = null;
        // What is still to be cancelled there cannot be, and its number may soon be another's.
        for (int i = _cancelled.Count; i > 0; i--)
        {
            Cancellation cancelled = _cancelled.Dequeue();
            if (cancelled.Source != source) _cancelled.Enqueue(cancelled);
        }
    }

    /// <inheritdoc/>
    public void Advertise(
        int source, int lane, long first, int count, bool available, TimeSpan now)
    {
        MoveTo(now);
        PolicySource holder = SourceOf(source);
        foreach (PolicySlot slot in LaneOf(lane).Range(first, count))
            slot.SetAt(holder, available);
    }

    /// <inheritdoc/>
    public void Elect(int source, int lane, long first, int count, bool elected, TimeSpan now)
    {
        MoveTo(now);
        PolicySource fetcher = SourceOf(source);
        foreach (PolicySlot slot in LaneOf(lane).Range(first, count))
        {
            slot.Elected.Remove(fetcher);
            if (elected) slot.Elected.Add(fetcher);
        }
    }

    /// <inheritdoc/>
    public void Measured(int source, TimeSpan roundTrip) => SourceOf(source).Measured(roundTrip);

    /// <inheritdoc/>
    public void SetWindowLimit(int source, int requests) =>
        SourceOf(source).Limit = Math.Clamp(requests, 0, SchedulerLimits.Window);

    /// <inheritdoc/>
    public SourceEstimate Estimate(int source)
    {
        PolicySource s = SourceOf(source);
        return new SourceEstimate(
            s.Rate, s.RoundTrip, TimeSpan.Zero, s.Requests.Count, WindowNow(s));
    }

    private PolicyLane LaneOf(int lane) =>
        (uint)lane < (uint)_lanes.Length && _lanes[lane] is { } found
            ? found
            : throw new ArgumentOutOfRangeException(nameof(lane), lane, "No such lane.");

    private PolicySource SourceOf(int source) =>
        (uint)source < (uint)_sources.Length && _sources[source] is { } found
            ? found
            : throw new ArgumentOutOfRangeException(nameof(source), source, "No such source.");

    private void MoveTo(TimeSpan now)
    {
        if (now > Now) Now = now;
    }

    private void Reorder() => (_wanted, _segments) = (null, null);
}
