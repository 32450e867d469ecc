using P2PStream.Protocol;

namespace P2PStream;

/// <summary>Segments in the order of their last use. Safe for several threads.</summary>
internal sealed class UseOrder
{
    private readonly Lock _lock = new();
    private readonly LinkedList<SegmentId> _order = [];
    private readonly Dictionary<SegmentId, LinkedListNode<SegmentId>> _nodes = [];

    /// <summary>A segment is used now.</summary>
    /// <param name="segment">Which.</param>
    /// <param name="isNew">True to add one that is not there; false to leave that be.</param>
    public void Touch(SegmentId segment, bool isNew = false)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(segment, out var node)) _order.Remove(node);
            else if (isNew) _nodes.Add(segment, node = new LinkedListNode<SegmentId>(segment));
            else return;
            _order.AddLast(node);
        }
    }

    /// <summary>Takes out the one longest unused.</summary>
    public bool TryTakeOldest(out SegmentId segment)
    {
        lock (_lock)
        {
            segment = _order.First?.Value ?? default;
            if (_order.First is null) return false;
            _order.RemoveFirst();
            return _nodes.Remove(segment);
        }
    }
}
