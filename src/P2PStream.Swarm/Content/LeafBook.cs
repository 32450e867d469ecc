using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Verified leaf lists: what makes single blocks verifiable, whoever sends them. Bounded; the oldest
/// list goes first, except at a publisher, which keeps all.
/// </summary>
internal sealed class LeafBook(long byteLimit)
{
    private readonly Dictionary<(SegmentId Segment, ushort Part), byte[]> _lists = [];
    private readonly Queue<(SegmentId Segment, ushort Part)> _order = [];
    private long _bytes;

    public byte[]? Find(SegmentId segment, ushort part) => _lists.GetValueOrDefault((segment, part));

    /// <summary>The leaf hash of a block; null while its part's list is not known.</summary>
    public Hash256? Leaf(BlockId block) =>
        Find(block.Segment, block.Part) is { } list
            ? new Hash256(list.AsSpan(block.Index * Hash256.Size, Hash256.Size))
            : null;

    public void Add(SegmentId segment, ushort part, byte[] leaves)
    {
        if (!_lists.TryAdd((segment, part), leaves)) return;
        _order.Enqueue((segment, part));
        _bytes += leaves.Length;
        while (_bytes > byteLimit && _order.Count > 1)
            if (_lists.Remove(_order.Dequeue(), out var gone)) _bytes -= gone.Length;
    }
}
