namespace P2PStream.Discovery.Tests;

/// <summary>
/// Hostile nodes that work together. Each has an ID that its address allows, answers every query
/// at once, and names only its fellows: those nearest to the target, and some under invented IDs
/// right beside it. They confirm what they are to store and forget it.
/// </summary>
internal sealed class Colluders(VirtualNetwork network)
{
    public ColluderIds AnswerUnder { get; set; }

    private const int Named = 8;
    private const int Invented = 4;

    private readonly SortedList<NodeId, DhtEndPoint> _members = [];
    private readonly Dictionary<(DhtEndPoint Asker, DhtEndPoint Member), NodeId> _promised = [];
    private readonly byte[] _buffer = new byte[KrpcLimits.MaxSentBytes];

    public int Count => _members.Count;

    /// <summary>Queries that they answered.</summary>
    public long Answers { get; private set; }

    /// <summary>Adds one and gives its ID.</summary>
    public NodeId Add(DhtEndPoint endPoint)
    {
        var id = NodeIdRule.Derive(endPoint, network.Random);
        _members.Add(id, endPoint);
        network.Add(endPoint, (datagram, from) => Answer(id, endPoint, datagram, from));
        return id;
    }

    private void Answer(
        NodeId self, DhtEndPoint own, ReadOnlySpan<byte> datagram, DhtEndPoint from)
    {
        if (!KrpcMessage.TryRead(datagram, out var query) || query.Kind != KrpcKind.Query) return;
        Answers++;
        var key = query.Target.IsEmpty ? query.InfoHash : query.Target;
        self = AnswerUnder switch
        {
            ColluderIds.Promised => _promised.GetValueOrDefault((from, own), self),
            ColluderIds.Fresh when key.Length == NodeId.Size => Invent(new NodeId(key), 0),
            _ => self,
        };
        var reply = new KrpcReply { Self = self, To = from, Transaction = query.Transaction };
        if (key.Length == NodeId.Size && query.Method != KrpcMethod.AnnouncePeer)
        {
            reply.Has = KrpcWant.IPv4;
            reply.Nodes = Name(new NodeId(key), from);
            reply.Token = "token"u8;
        }

        var length = KrpcWriter.WriteReply(_buffer, reply);
        network.Send(_buffer.AsSpan(0, length), own, from);
    }

    private CompactNode[] Name(NodeId target, DhtEndPoint asker)
    {
        var named = Nearest(target);
        for (var i = 0; i < Invented; i++)
        {
            var id = Invent(target, i);
            var fellow = _members.Values[network.Random.Next(_members.Count)];
            named[Named - 1 - i] = new CompactNode(id, fellow);
            _promised[(asker, fellow)] = id;
        }

        return named;
    }

    /// <summary>An ID that shares all but the last two bytes with the target.</summary>
    private NodeId Invent(NodeId target, int number)
    {
        Span<byte> invented = stackalloc byte[NodeId.Size];
        target.CopyTo(invented);
        invented[^2] = (byte)network.Random.Next(256);
        invented[^1] ^= (byte)(1 + number);
        return new NodeId(invented);
    }

    private CompactNode[] Nearest(NodeId target)
    {
        var ids = _members.Keys;
        var (low, high) = (0, ids.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ids[middle] < target) low = middle + 1;
            else high = middle;
        }

        // Neighbours in order are neighbours in distance, but for a few.
        var first = Math.Clamp(low - 16, 0, Math.Max(ids.Count - 32, 0));
        return
        [
            .. Enumerable.Range(first, Math.Min(32, ids.Count))
                .Select(i => new CompactNode(ids[i], _members.Values[i]))
                .OrderBy(node => node.Id ^ target)
                .Concat(Enumerable.Repeat(new CompactNode(ids[0], _members.Values[0]), Named))
                .Take(Named),
        ];
    }
}
