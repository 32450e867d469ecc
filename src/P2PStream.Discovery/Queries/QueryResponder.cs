namespace P2PStream.Discovery;

/// <summary>Answers other nodes' queries from the routing table and the stores, within the limits
/// on what strangers may draw. It starts nothing of its own.</summary>
internal sealed class QueryResponder(
    LocalIdentity self, KademliaOptions options, bool isIPv6, RoutingTable table,
    NodeStores stores, SeededRandom random, Outbox outbox, DhtCounters counters)
{
    private readonly InfoHashSampler _sampler = new(stores.PeersOf(isIPv6), random);
    private readonly CompactNode[] _nodes = new CompactNode[options.BucketSize];
    private readonly CompactNode[] _otherNodes = new CompactNode[options.BucketSize];
    private readonly DhtEndPoint[] _values = new DhtEndPoint[options.MaxPeersPerReply];

    /// <summary>The routing table of the other family; null when this node has one only.</summary>
    public RoutingTable? OtherTable { get; set; }

    private PeerStore Peers => stores.PeersOf(isIPv6);

    private KrpcWant OwnFamily => isIPv6 ? KrpcWant.IPv6 : KrpcWant.IPv4;

    /// <summary>True when who has asked something may be sent this much more.</summary>
    public bool MaySend(DhtEndPoint to, int bytes, TimeSpan now) =>
        stores.Budget.TrySpend(to, bytes, table.Find(to) is not null, now);

    public void Answer(in KrpcMessage query, DhtEndPoint from, TimeSpan now)
    {
        if (outbox.IsFull)
        {
            counters.Drop(DhtDrop.OutboxFull);
            return;
        }

        var buffer = outbox.Start();
        var length = Write(buffer, query, from, now, out var isRefusal);
        if (!MaySend(from, length, now))
        {
            counters.Drop(DhtDrop.OverBudget);
            return;
        }

        if (isRefusal) counters.ErrorsSent++;
        else counters.RepliesSent++;
        outbox.Send(length, from);
    }

    private int Write(Span<byte> buffer, in KrpcMessage query, DhtEndPoint from, TimeSpan now,
        out bool isRefusal)
    {
        scoped var reply = new KrpcReply
        {
            Self = self.Id,
            To = from,
            Transaction = query.Transaction,
        };
        Span<byte> token = stackalloc byte[TokenIssuer.TokenBytes];
        Span<byte> filters = stackalloc byte[query.IsScrape ? 2 * BloomFilter.Size : 0];
        var refusal = Fill(ref reply, query, from, now, token, filters);
        isRefusal = !refusal.IsNone;
        return isRefusal
            ? KrpcWriter.WriteError(buffer, query.Transaction, refusal.Code, refusal.Text)
            : KrpcWriter.WriteReply(buffer, reply);
    }

    private Refusal Fill(scoped ref KrpcReply reply, scoped in KrpcMessage query, DhtEndPoint from,
        TimeSpan now, Span<byte> token, Span<byte> filters)
    {
        if (query.Method == KrpcMethod.Unknown)
            return new(KrpcError.MethodUnknown, "Method Unknown"u8);
        // bittorrent-dht answers senders of a short ID, and so do we; the table never takes one.
        if (query.Id.IsEmpty) return new(KrpcError.Protocol, "No id"u8);
        switch (query.Method)
        {
            case KrpcMethod.FindNode or KrpcMethod.Get or KrpcMethod.SampleInfoHashes:
                if (query.Target.Length != NodeId.Size)
                    return new(KrpcError.Protocol, "Bad target"u8);
                AddNodes(ref reply, query, new NodeId(query.Target), from);
                if (query.Method == KrpcMethod.Get) AddItem(ref reply, query, from, now, token);
                if (query.Method == KrpcMethod.SampleInfoHashes) AddSamples(ref reply, now);
                return default;
            case KrpcMethod.GetPeers:
                if (query.InfoHash.Length != NodeId.Size)
                    return new(KrpcError.Protocol, "Bad info_hash"u8);
                AddNodes(ref reply, query, new NodeId(query.InfoHash), from);
                AddPeers(ref reply, query, from, now, token, filters);
                return default;
            case KrpcMethod.AnnouncePeer:
                return StorePeer(query, from, now);
            case KrpcMethod.Put:
                return StoreItem(query, from, now);
            default:
                return default;
        }
    }

    private void AddNodes(
        ref KrpcReply reply, in KrpcMessage query, NodeId target, DhtEndPoint asker)
    {
        var want = query.Want == KrpcWant.None ? OwnFamily : query.Want;
        reply.Has = want;
        if ((want & OwnFamily) != 0)
        {
            var own = _nodes.AsSpan(0, table.Nearest(target, _nodes, asker));
            if (isIPv6) reply.Nodes6 = own;
            else reply.Nodes = own;
        }

        if ((want & ~OwnFamily) == 0 || OtherTable is not { } otherTable) return;
        var other = _otherNodes.AsSpan(0, otherTable.Nearest(target, _otherNodes, asker));
        if (isIPv6) reply.Nodes = other;
        else reply.Nodes6 = other;
    }

    private void AddPeers(ref KrpcReply reply, in KrpcMessage query, DhtEndPoint from,
        TimeSpan now, Span<byte> token, Span<byte> filters)
    {
        var key = new InfoHash(query.InfoHash);
        stores.Tokens.Issue(from, key.Key, now, token);
        reply.Token = token;
        reply.Values =
            _values.AsSpan(0, Peers.Get(key, now, random, _values, query.NoSeeds, asker: from));
        if (!query.IsScrape) return;
        filters.Clear();
        var seeds = filters[..BloomFilter.Size];
        var others = filters[BloomFilter.Size..];
        if (!Peers.TryFilter(key, now, seeds, others)) return;
        reply.SeedFilter = seeds;
        reply.PeerFilter = others;
    }

    private void AddItem(ref KrpcReply reply, in KrpcMessage query, DhtEndPoint from,
        TimeSpan now, Span<byte> token)
    {
        var target = new NodeId(query.Target);
        stores.Tokens.Issue(from, target, now, token);
        reply.Token = token;
        if (stores.Items.Find(target, now) is not { } item) return;
        if (item.Key is not null) reply.Sequence = item.Sequence;
        // Who knows this version already is told its number only.
        if (item.Key is not null && query.Sequence >= item.Sequence) return;
        reply.Value = item.Value;
        reply.PublicKey = item.PublicKey.Span;
        reply.Signature = item.Signature;
    }

    private void AddSamples(ref KrpcReply reply, TimeSpan now)
    {
        reply.HasSamples = true;
        reply.Interval = (int)InfoHashSampler.Interval.TotalSeconds;
        reply.InfoHashCount = Peers.InfoHashCount;
        reply.Samples = _sampler.Get(now);
    }

    private Refusal StorePeer(scoped in KrpcMessage query, DhtEndPoint from, TimeSpan now)
    {
        if (query.InfoHash.Length != InfoHash.Size)
            return new(KrpcError.Protocol, "Bad info_hash"u8);
        var port = query.ImpliedPort ? from.Port : query.Port;
        if (port is <= 0 or > ushort.MaxValue) return new(KrpcError.Protocol, "Bad port"u8);
        var key = new InfoHash(query.InfoHash);
        if (!stores.Tokens.IsValid(query.Token, from, key.Key, now))
            return new(KrpcError.Protocol, "Bad token"u8);
        var peer = from.WithPort((ushort)port);
        return Peers.TryAdd(key, peer, self.Id, now, query.IsSeed)
            ? default
            : new(KrpcError.Server, "Full"u8);
    }

    private Refusal StoreItem(scoped in KrpcMessage query, DhtEndPoint from, TimeSpan now)
    {
        // The token comes before the signature, which is dear to check. What has no place the store
        // refuses.
        if (DhtItem.TargetOf(query, query.Salt) is { } target
            && !stores.Tokens.IsValid(query.Token, from, target, now))
            return new(KrpcError.Protocol, "Bad token"u8);

        return stores.Items.Put(query, self.Id, from, now);
    }
}
