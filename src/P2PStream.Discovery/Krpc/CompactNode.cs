namespace P2PStream.Discovery;

/// <summary>A node as replies name it: its ID and its compact endpoint, 26 or 38 bytes.</summary>
/// <param name="Id">The node's ID.</param>
/// <param name="EndPoint">Where it listens.</param>
internal readonly record struct CompactNode(NodeId Id, DhtEndPoint EndPoint)
{
    public const int Size4 = NodeId.Size + DhtEndPoint.CompactSize4;
    public const int Size6 = NodeId.Size + DhtEndPoint.CompactSize6;

    /// <summary>Takes one node off the front of a compact list; false at its end. A rest that is no
    /// whole node is ignored.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> list, int size, out CompactNode node)
    {
        node = default;
        if (list.Length < size) return false;
        if (!DhtEndPoint.TryReadCompact(list[NodeId.Size..size], out var endPoint)) return false;
        node = new CompactNode(new NodeId(list[..NodeId.Size]), endPoint);
        list = list[size..];
        return true;
    }
}
