namespace P2PStream.Swarm;

/// <summary>A set of segment numbers as sorted, disjoint, non-adjacent ranges. Bounded.</summary>
internal sealed class SegmentRanges
{
    /// <summary>Ranges kept at most: a peer that sends more fragments is not believed beyond this.</summary>
    public const int MaxRanges = 1024;

    private readonly List<(ulong First, ulong End)> _ranges = [];

    public int RangeCount => _ranges.Count;

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
        while (index < _ranges.Count && _ranges[index].First <= end)
        {
            end = Math.Max(end, _ranges[index].End);
            _ranges.RemoveAt(index);
        }

        if (_ranges.Count >= MaxRanges) return false;
        _ranges.Insert(index, (first, end));
        return true;
    }

    /// <returns>True when anything was there.</returns>
    public bool Remove(ulong first, ulong count)
    {
        if (count == 0) return false;
        var removed = false;
        var end = checked(first + count);
        for (var i = _ranges.Count - 1; i >= 0; i--)
        {
            var (start, stop) = _ranges[i];
            if (stop <= first) break;
            if (start >= end) continue;
            removed = true;
            _ranges.RemoveAt(i);
            if (stop > end && _ranges.Count < MaxRanges) _ranges.Insert(i, (end, stop));
            if (start < first && _ranges.Count < MaxRanges) _ranges.Insert(i, (start, first));
        }

        return removed;
    }

    private int LastStartingAtOrBefore(ulong number)
    {
        int low = 0, high = _ranges.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].First <= number) low = middle + 1;
            else high = middle - 1;
        }

        return high;
    }
}
