using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Verified leaf lists: what makes single blocks verifiable, whoever sends them. Bounded; of those that
/// nobody needs the oldest goes first, except at a publisher, which keeps all. Those of what the host's
/// store holds stay as long as it is there, 1/512 of its bytes: without them it could not be served.
/// </summary>
internal sealed class LeafBook(long byteLimit)
{
    /// <summary>Lists of needed segments may take so many times the limit: to throw one out while its blocks
    /// arrive would be to ask for it again at once. Beyond that even they go.</summary>
    public const int WantedShare = 4;

    private readonly Dictionary<(SegmentId Segment, ushort Part), ReadOnlyMemory<byte>> _lists = [];
    private readonly LinkedList<(SegmentId Segment, ushort Part)> _order = [];

    /// <summary>Parts whose lists stay because the store holds their segment: counted no more.</summary>
    private readonly Dictionary<SegmentId, List<ushort>> _kept = [];

    /// <summary>Bytes of the lists that may go.</summary>
    public long Bytes { get; private set; }

    public bool Contains(SegmentId segment, ushort part) => _lists.ContainsKey((segment, part));

    /// <summary>The list of a part; empty while it is not known.</summary>
    public ReadOnlyMemory<byte> Find(SegmentId segment, ushort part) =>
        _lists.GetValueOrDefault((segment, part));

    /// <summary>The leaf hash of a block; null while its part's list is not known.</summary>
    public Hash256? Leaf(BlockId block) =>
        _lists.TryGetValue((block.Segment, block.Part), out var list)
            ? new Hash256(list.Span.Slice(block.Index * Hash256.Size, Hash256.Size))
            : null;

    /// <summary>Adds a list and makes room for it.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="part">The part of it.</param>
    /// <param name="leaves">The list, verified; kept as it is.</param>
    /// <param name="isNeeded">True for what is being fetched or read.</param>
    /// <param name="isKept">True for what the host's store holds.</param>
    public void Add(SegmentId segment, ushort part, ReadOnlyMemory<byte> leaves, Func<SegmentId, bool> isNeeded,
        Func<SegmentId, bool> isKept)
    {
        if (!_lists.TryAdd((segment, part), leaves)) return;
        Bytes += leaves.Length;
        if (Bytes > byteLimit) Evict(byteLimit, isNeeded, isKept);
        if (Bytes > byteLimit * WantedShare)
            Evict(byteLimit * WantedShare, static _ => false, isKept);
        _order.AddLast((segment, part));
    }

    /// <summary>The store no longer holds a segment: its lists may go.</summary>
    public void Release(SegmentId segment)
    {
        if (!_kept.Remove(segment, out var parts)) return;
        foreach (var part in parts)
        {
            Bytes += _lists[(segment, part)].Length;
            _order.AddLast((segment, part));
        }
    }

    private void Evict(long limit, Func<SegmentId, bool> isNeeded, Func<SegmentId, bool> isKept)
    {
        for (var node = _order.First; node is not null && Bytes > limit;)
        {
            var next = node.Next;
            if (isKept(node.Value.Segment))
            {
                Keep(node.Value.Segment, node.Value.Part);
                _order.Remove(node);
            }
            else if (!isNeeded(node.Value.Segment))
            {
                Bytes -= _lists[node.Value].Length;
                _lists.Remove(node.Value);
                _order.Remove(node);
            }

            node = next;
        }
    }

    private void Keep(SegmentId segment, ushort part)
    {
        Bytes -= _lists[(segment, part)].Length;
        if (!_kept.TryGetValue(segment, out var parts)) _kept.Add(segment, parts = []);
        parts.Add(part);
    }
}
