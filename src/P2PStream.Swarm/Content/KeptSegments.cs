using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Whole segments of one epoch, such as those that the host's block store holds: still served when memory has
/// let them go.</summary>
internal sealed class KeptSegments
{
    private readonly SortedDictionary<ushort, SegmentRanges> _numbers = [];
    private uint _epoch;

    public bool Contains(SegmentId id) =>
        id.Epoch == _epoch && _numbers.TryGetValue(id.Track, out var kept)
        && kept.Contains(id.Sequence);

    /// <summary>Adds a segment; one of a new epoch makes those of the old one worthless.</summary>
    public void Add(SegmentId id)
    {
        if (id.Epoch < _epoch) return;
        if (id.Epoch > _epoch) _numbers.Clear();
        _epoch = id.Epoch;
        if (!_numbers.TryGetValue(id.Track, out var kept))
            _numbers.Add(id.Track, kept = new SegmentRanges());
        kept.Add(id.Sequence, 1);
    }

    public void Remove(SegmentId id)
    {
        if (Contains(id)) _numbers[id.Track].Remove(id.Sequence, 1);
    }

    /// <summary>All of them, as few runs.</summary>
    public IEnumerable<(SegmentId First, uint Count)> Runs()
    {
        foreach (var (track, kept) in _numbers)
        {
            for (var i = 0; i < kept.RangeCount; i++)
            {
                var (first, end) = kept[i];
                yield return (new SegmentId(_epoch, track, first), (uint)(end - first));
            }
        }
    }
}
