namespace P2PStream.Swarm;

/// <summary>A set of segment numbers as sorted, disjoint, non-adjacent ranges. Bounded.</summary>
internal sealed class SegmentRanges
{
    /// <summary>Ranges kept at most: a peer that sends more fragments is not believed beyond this.</summary>
    public const int MaxRanges = 1024;

    // No list: every peer has one of these for each track and is asked at every block.
    private (ulong First, ulong End)[] _ranges = new (ulong First, ulong End)[1];

    public int RangeCount { get; private set; }

    public (ulong First, ulong End) this[int index] => _ranges[index];

    public bool Contains(ulong number)
    {
        var index = LastStartingAtOrBefore(number);
        return index >= 0 && number < _ranges[index].End;
    }

    /// <returns>True when anything was new.</returns>
    public bool Add(ulong first, ulong count)
    {
        if (count == 0) return false;
        var end = checked(first + count);
        var index = LastStartingAtOrBefore(first);
        if (index >= 0 && _ranges[index].End >= end) return false;
        if (index >= 0 && _ranges[index].End >= first) first = _ranges[index].First;
        else index++;
        while (index < RangeCount && _ranges[index].First <= end)
        {
            end = Math.Max(end, _ranges[index].End);
            RemoveAt(index);
        }

        if (RangeCount >= MaxRanges) return false;
        Insert(index, (first, end));
        return true;
    }

    /// <returns>True when anything was there.</returns>
    public bool Remove(ulong first, ulong count)
    {
        if (count == 0) return false;
        var removed = false;
        var end = checked(first + count);
        for (var i = RangeCount - 1; i >= 0; i--)
        {
            var (start, stop) = _ranges[i];
            if (stop <= first) break;
            if (start >= end) continue;
            removed = true;
            RemoveAt(i);
            if (stop > end && RangeCount < MaxRanges) Insert(i, (end, stop));
            if (start < first && RangeCount < MaxRanges) Insert(i, (start, first));
        }

        return removed;
    }

    private void Insert(int index, (ulong First, ulong End) range)
    {
        if (RangeCount == _ranges.Length) Array.Resize(ref _ranges, 2 * RangeCount);
        Array.Copy(_ranges, index, _ranges, index + 1, RangeCount - index);
        _ranges[index] = range;
        RangeCount++;
    }

    private void RemoveAt(int index)
    {
        RangeCount--;
        Array.Copy(_ranges, index + 1, _ranges, index, RangeCount - index);
    }

    private int LastStartingAtOrBefore(ulong number)
    {
        int low = 0, high = RangeCount - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].First <= number) low = middle + 1;
            else high = middle - 1;
        }

        return high;
    }
}
