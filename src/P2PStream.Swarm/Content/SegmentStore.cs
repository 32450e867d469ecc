using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// The segments in memory. Owns the store's reference to every placed block; evicts the least
/// recently used segment that nobody wants or reads.
/// </summary>
internal sealed class SegmentStore
{
    private readonly Dictionary<SegmentId, StoredSegment> _byId = [];
    private readonly List<StoredSegment> _all = [];
    private long _uses;

    public List<StoredSegment> All => _all;

    public StoredSegment? Find(SegmentId id) => _byId.GetValueOrDefault(id);

    public StoredSegment GetOrAdd(SegmentRecord record)
    {
        if (!_byId.TryGetValue(record.Id, out var segment))
        {
            segment = new StoredSegment(record);
            _byId.Add(record.Id, segment);
            _all.Add(segment);
        }

        segment.LastUse = ++_uses;
        return segment;
    }

    public void Touch(StoredSegment segment) => segment.LastUse = ++_uses;

    /// <summary>Evicts one segment to make room.</summary>
    /// <returns>The segment that is gone, or null when nothing may go.</returns>
    public StoredSegment? EvictOne()
    {
        StoredSegment? oldest = null;
        foreach (var segment in _all)
        {
            if (segment.Readers > 0 || segment.Wanted || segment.PlacedBlocks == 0) continue;
            if (oldest is null || segment.LastUse < oldest.LastUse) oldest = segment;
        }

        if (oldest is null) return null;
        Remove(oldest);
        return oldest;
    }

    public void Remove(StoredSegment segment)
    {
        foreach (var part in segment.Parts) part.Clear();
        _byId.Remove(segment.Id);
        _all.Remove(segment);
    }

    public void Clear()
    {
        foreach (var segment in _all)
            foreach (var part in segment.Parts) part.Clear();
        _all.Clear();
        _byId.Clear();
    }
}
