using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Single blocks that a peer has, of parts that it does not have as a whole. A few parts a peer, asked
/// about for every block: sorted, each with a bit for a block.
/// </summary>
internal struct PeerBlocks
{
    /// <summary>Parts of which single blocks are remembered, per peer.</summary>
    private const int MostParts = 2048;

    private Part[]? _parts;

    /// <summary>The place of the part last asked about: as a rule the next question is about it, too.</summary>
    private int _last;

    public int Count { get; private set; }

    public bool Contains(BlockId block)
    {
        var place = Find(block.Segment, block.Part);
        return place >= 0 && (_parts![place].Word(block.Index >> 6) >> (block.Index & 63) & 1) != 0;
    }

    /// <summary>Notes blocks of a part.</summary>
    public void Add(BlockId first, int count, int blocksInPart)
    {
        var place = Find(first.Segment, first.Part);
        if (place < 0)
        {
            if (Count >= MostParts) return;
            place = ~place;
            Insert(place, new Part(first.Segment, first.Part, blocksInPart));
        }

        ref var part = ref _parts![place];
        var end = Math.Min(first.Index + count, blocksInPart);
        for (int i = first.Index; i < end; i++) part.Set(i);
    }

    /// <summary>Forgets segments of a track.</summary>
    /// <returns>How many parts were looked at.</returns>
    public int Forget(SegmentId first, uint count)
    {
        var (looked, kept) = (Count, 0);
        for (var i = 0; i < looked; i++)
        {
            var segment = _parts![i].Segment;
            if (segment.Track == first.Track && segment.Sequence >= first.Sequence
                && segment.Sequence - first.Sequence < count) continue;
            _parts[kept++] = _parts[i];
        }

        if (kept < looked) Array.Clear(_parts!, kept, looked - kept);
        Count = kept;
        return looked;
    }

    public void Clear()
    {
        _parts = null;
        Count = 0;
    }

    /// <returns>The place of a part; the complement of where it would be.</returns>
    private int Find(SegmentId segment, ushort part)
    {
        if (_last < Count && _parts![_last].Order(segment, part) == 0) return _last;
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = _parts![middle].Order(segment, part);
            if (order == 0) return _last = middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    private void Insert(int place, in Part part)
    {
        if (_parts is null || Count == _parts.Length) Array.Resize(ref _parts, Math.Max(2, Count * 2));
        Array.Copy(_parts, place, _parts, place + 1, Count - place);
        _parts[place] = part;
        Count++;
    }

    /// <summary>A part's blocks: those of one MiB, as most parts have no more, need no array.</summary>
    private struct Part(SegmentId segment, ushort number, int blocks)
    {
        private readonly ulong[]? _further = blocks > 64 ? new ulong[(blocks - 1) / 64] : null;
        private ulong _first;

        public readonly SegmentId Segment => segment;

        public readonly ulong Word(int index)
        {
            if (index == 0) return _first;
            return _further is not null && index <= _further.Length ? _further[index - 1] : 0;
        }

        public void Set(int block)
        {
            if (block < 64) _first |= 1ul << block;
            else _further![(block >> 6) - 1] |= 1ul << (block & 63);
        }

        public readonly int Order(SegmentId other, ushort part)
        {
            if (segment.Sequence != other.Sequence)
                return segment.Sequence < other.Sequence ? -1 : 1;
            return segment == other ? number.CompareTo(part) : segment.CompareTo(other);
        }
    }
}
