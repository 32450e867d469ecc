using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>One peer on this stream: what it has, what it wants, what it gave.</summary>
internal sealed class SwarmPeer(int number, PeerId id, ushort channel, int source)
{
    /// <summary>Parts of which single blocks are remembered, per peer.</summary>
    private const int MaxPartialParts = 2048;

    private readonly Dictionary<ushort, SegmentRanges> _have = [];
    private readonly Dictionary<(SegmentId Segment, ushort Part), bool[]> _blocks = [];
    private readonly Dictionary<ushort, (ulong First, ulong End)> _interest = [];

    public int Number { get; } = number;

    public PeerId Id { get; } = id;

    public ushort Channel { get; } = channel;

    /// <summary>Its number in the picker.</summary>
    public int Source { get; } = source;

    public bool IsViewer { get; set; }

    /// <summary>Where it can be dialled, if it said so.</summary>
    public DialAddress? Listens { get; set; }

    public TimeSpan RoundTrip { get; set; }

    public long BytesReceived { get; set; }

    public long BytesSent { get; set; }

    public int UploadsQueued { get; set; }

    /// <summary>What it has of a track; null for more tracks than a catalog can name.</summary>
    public SegmentRanges? Have(ushort track)
    {
        if (_have.TryGetValue(track, out var ranges)) return ranges;
        if (_have.Count >= ContentLimits.Tracks) return null;
        _have.Add(track, ranges = new SegmentRanges());
        return ranges;
    }

    public bool HasSegment(SegmentId id) =>
        _have.TryGetValue(id.Track, out var ranges) && ranges.Contains(id.Sequence);

    public bool HasBlock(BlockId block) =>
        HasSegment(block.Segment)
        || (_blocks.TryGetValue((block.Segment, block.Part), out var bits)
            && block.Index < bits.Length && bits[block.Index]);

    /// <summary>Notes single blocks of a part; the part's size is known from its record.</summary>
    public void AddBlocks(BlockId first, int count, int blocksInPart)
    {
        var key = (first.Segment, first.Part);
        if (!_blocks.TryGetValue(key, out var bits))
        {
            if (_blocks.Count >= MaxPartialParts) return;
            _blocks.Add(key, bits = new bool[blocksInPart]);
        }

        var end = Math.Min(bits.Length, first.Index + count);
        for (int i = first.Index; i < end; i++) bits[i] = true;
    }

    /// <summary>Forgets single blocks: the whole segments are here, or gone.</summary>
    public void ForgetBlocks(SegmentId first, uint count)
    {
        if (_blocks.Count == 0) return;
        List<(SegmentId, ushort)>? ended = null;
        foreach (var key in _blocks.Keys)
            if (key.Segment.Track == first.Track && key.Segment.Sequence >= first.Sequence
                && key.Segment.Sequence - first.Sequence < count) (ended ??= []).Add(key);
        foreach (var key in ended ?? []) _blocks.Remove(key);
    }

    public void SetInterest(ushort track, ulong first, uint count)
    {
        if (count == 0) _interest.Remove(track);
        else if (_interest.Count < ContentLimits.Tracks || _interest.ContainsKey(track))
            _interest[track] = (first, first + Math.Min(count, ulong.MaxValue - first));
    }

    public bool Wants(SegmentId id) =>
        _interest.TryGetValue(id.Track, out var window)
        && id.Sequence >= window.First && id.Sequence < window.End;
}
