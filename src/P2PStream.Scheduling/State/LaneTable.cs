namespace P2PStream.Scheduling;

/// <summary>
/// The lanes by number, in order of priority, and the walk over all their deadlines.
/// </summary>
internal sealed class LaneTable
{
    private readonly Lane?[] _lanes = new Lane?[SchedulerLimits.Lanes];
    private readonly Lane[] _ordered = new Lane[SchedulerLimits.Lanes];
    private int _count;
    private long _openedInClosed;

    /// <summary>Open lanes, lower priority numbers first, then lower lane numbers.</summary>
    internal ReadOnlySpan<Lane> Ordered => _ordered.AsSpan(0, _count);

    /// <summary>
    /// Grows whenever a slot of any lane becomes open or late; those of closed lanes still count.
    /// </summary>
    internal long Opened
    {
        get
        {
            long opened = _openedInClosed;
            foreach (Lane lane in Ordered) opened += lane.Opened;
            return opened;
        }
    }

    internal Lane this[int index] =>
        (uint)index < (uint)_lanes.Length && _lanes[index] is { } lane
            ? lane
            : throw new ArgumentOutOfRangeException(nameof(index), index, "No such lane.");

    internal Lane Open(in LaneOptions options, int sourceWords)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(
            options.Capacity, SchedulerLimits.LaneCapacityMinimum);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            options.Capacity, SchedulerLimits.LaneCapacity);
        int index = Array.IndexOf(_lanes, null);
        if (index < 0)
            throw new InvalidOperationException($"More than {SchedulerLimits.Lanes} lanes.");
        var lane = new Lane(index, options, sourceWords);
        _lanes[index] = lane;
        int at = _count++;
        for (; at > 0 && IsBefore(lane, _ordered[at - 1]); at--) _ordered[at] = _ordered[at - 1];
        _ordered[at] = lane;
        return lane;
    }

    internal void Close(Lane lane)
    {
        _lanes[lane.Index] = null;
        _openedInClosed += lane.Opened;
        int at = Ordered.IndexOf(lane);
        _count--;
        Array.Copy(_ordered, at + 1, _ordered, at, _count - at);
        _ordered[_count] = null!;
    }

    /// <summary>Starts a walk over the runs of all lanes. One walk at a time.</summary>
    internal void StartWalk()
    {
        foreach (Lane lane in Ordered) lane.Cursor = 0;
    }

    /// <summary>
    /// The next run due by <paramref name="until"/>: earlier deadlines first, then priority.
    /// </summary>
    internal bool TryWalk(long until, out Lane lane, out Run run)
    {
        lane = null!;
        run = default;
        long earliest = long.MaxValue;
        foreach (Lane candidate in Ordered)
        {
            if (candidate.Cursor >= candidate.Runs.Count) continue;
            long due = candidate.Runs[candidate.Cursor].Due;
            if (due > until || (lane is not null && due >= earliest)) continue;
            (lane, earliest) = (candidate, due);
        }
        if (lane is null) return false;
        run = lane.Runs[lane.Cursor++];
        return true;
    }

    /// <summary>The latest deadline of all, or long.MinValue when nothing is wanted.</summary>
    internal long LastDue()
    {
        long last = long.MinValue;
        foreach (Lane lane in Ordered)
        {
            if (lane.Runs.Count > 0) last = Math.Max(last, lane.Runs[lane.Runs.Count - 1].Due);
        }
        return last;
    }

    private static bool IsBefore(Lane a, Lane b) =>
        (a.Priority, a.Index).CompareTo((b.Priority, b.Index)) < 0;
}
