namespace P2PStream.Discovery;

/// <summary>Answers other nodes' queries from the routing table and the peer store, within the
/// limits on what strangers may draw. It starts nothing of its own.</summary>
internal sealed class QueryResponder
{
    private readonly NodeId _self;
    private readonly KademliaOptions _options;
    private readonly RoutingTable _table;
    private readonly SeededRandom _random;
    private readonly Outbox _outbox;
    private readonly PeerStore _peers;
    private readonly TokenIssuer _tokens;
    private readonly ReplyBudget _budget;
    private readonly CompactNode[] _nodes;
    private readonly DhtEndPoint[] _values;
    private TimeSpan _nextSweep;

    public QueryResponder(NodeId self, KademliaOptions options, RoutingTable table,
        SeededRandom random, Outbox outbox)
    {
        _self = self;
        _options = options;
        _table = table;
        _random = random;
        _outbox = outbox;
        _peers = new PeerStore(options);
        _tokens = new TokenIssuer(random);
        _budget = new ReplyBudget(options);
        _nodes = new CompactNode[options.BucketSize];
        _values = new DhtEndPoint[options.MaxPeersPerReply];
    }

    public PeerStore Peers => _peers;

    /// <summary>True when an unproven network may be sent this much more.</summary>
    public bool MaySend(DhtEndPoint to, int bytes, TimeSpan now) =>
        _table.Find(to) is not null || _budget.TrySpend(to, bytes, now);

    public void Answer(in KrpcMessage query, DhtEndPoint from, TimeSpan now)
    {
        var datagram = _outbox.Rent();
        var length = Write(datagram.Buffer, query, from, now);
        if (length > 0 && !MaySend(from, length, now)) length = 0;
        _outbox.Send(datagram, length, from);
    }

    public void Tick(TimeSpan now)
    {
        if (now < _nextSweep) return;
        _nextSweep = now + TimeSpan.FromMinutes(1);
        _peers.Sweep(now);
        _budget.Sweep(now);
    }

    private int Write(Span<byte> buffer, in KrpcMessage query, DhtEndPoint from, TimeSpan now)
    {
        if (query.Method == KrpcMethod.Unknown)
            return Refuse(buffer, query, KrpcError.MethodUnknown, "Method Unknown"u8);
        // bittorrent-dht answers senders of a short ID, and so do we; the table never takes one.
        if (query.Id.IsEmpty) return Refuse(buffer, query, KrpcError.Protocol, "No id"u8);
        scoped var reply = new KrpcReply
        {
            Self = _self,
            To = from,
            Transaction = query.Transaction,
            IsIPv6 = _options.IsIPv6,
        };
        Span<byte> token = stackalloc byte[TokenIssuer.TokenBytes];
        switch (query.Method)
        {
            case KrpcMethod.FindNode:
                if (query.Target.Length != NodeId.Size)
                    return Refuse(buffer, query, KrpcError.Protocol, "Bad target"u8);
                AddNodes(ref reply, new NodeId(query.Target), from);
                break;
            case KrpcMethod.GetPeers:
                if (query.InfoHash.Length != NodeId.Size)
                    return Refuse(buffer, query, KrpcError.Protocol, "Bad info_hash"u8);
                var key = new NodeId(query.InfoHash);
                AddNodes(ref reply, key, from);
                _tokens.Issue(from, key, now, token);
                reply.Token = token;
                reply.Values =
                    _values.AsSpan(0, _peers.Get(new InfoHash(key), now, _random, _values));
                break;
            case KrpcMethod.AnnouncePeer:
                if (!TryStore(query, from, now, out var error, out var text))
                    return Refuse(buffer, query, error, text);
                break;
        }

        return KrpcWriter.WriteReply(buffer, reply);
    }

    private bool TryStore(in KrpcMessage query, DhtEndPoint from, TimeSpan now,
        out KrpcError error, out ReadOnlySpan<byte> text)
    {
        error = KrpcError.Protocol;
        text = "Bad info_hash"u8;
        if (query.InfoHash.Length != InfoHash.Size) return false;
        text = "Bad port"u8;
        var port = query.ImpliedPort ? from.Port : query.Port;
        if (port is <= 0 or > ushort.MaxValue) return false;
        text = "Bad token"u8;
        var key = new NodeId(query.InfoHash);
        if (!_tokens.IsValid(query.Token, from, key, now)) return false;
        error = KrpcError.Server;
        text = "Full"u8;
        return _peers.TryAdd(new InfoHash(key), from.WithPort((ushort)port), now);
    }

    private void AddNodes(ref KrpcReply reply, NodeId target, DhtEndPoint except)
    {
        reply.HasNodes = true;
        reply.Nodes = _nodes.AsSpan(0, _table.Nearest(target, _nodes, except));
    }

    private static int Refuse(Span<byte> buffer, in KrpcMessage query, KrpcError error,
        ReadOnlySpan<byte> text) => KrpcWriter.WriteError(buffer, query.Transaction, error, text);
}
