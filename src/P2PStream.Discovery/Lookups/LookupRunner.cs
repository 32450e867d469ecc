namespace P2PStream.Discovery;

/// <summary>Runs look-ups: seeds them from the routing table, feeds them replies and time-outs,
/// sends what they ask for, announces at their end, and reports to the host.</summary>
internal sealed class LookupRunner(
    NodeId self, KademliaOptions options, RoutingTable table, QuerySender sender, PeerStore peers,
    ObservedAddress observed, SeededRandom random)
{
    private const int SeedBuckets = 2;

    private readonly List<Lookup> _running = [];
    private readonly Queue<KademliaEvent> _events = new();
    private readonly CompactNode[] _seeds = new CompactNode[options.BucketSize * SeedBuckets];
    private readonly DhtEndPoint[] _ownPeers = new DhtEndPoint[options.MaxPeersPerInfoHash];

    /// <summary>Called when a look-up has ended, with the number of nearest nodes that answered and
    /// the time.</summary>
    public Action<Lookup, int, TimeSpan>? Ended { get; set; }

    public int Count => _running.Count;

    public bool TryTake(out KademliaEvent e) => _events.TryDequeue(out e);

    public void Report(KademliaEvent e) => _events.Enqueue(e);

    public void Start(Lookup lookup, IReadOnlyList<DhtEndPoint> contacts, TimeSpan now)
    {
        _running.Add(lookup);
        var known = table.Nearest(lookup.Target, _seeds);
        for (var i = 0; i < known; i++) lookup.Add(_seeds[i].Id, _seeds[i].EndPoint);
        // With a routing table this small, the contacts may know what it does not.
        if (known < options.BucketSize)
        {
            foreach (var contact in contacts) lookup.AddContact(contact);
        }

        if (lookup.Kind != LookupKind.FindNode) ReportOwnPeers(lookup, now);
        Advance(lookup, now);
    }

    public void Cancel(DhtOperation operation)
    {
        var index = _running.FindIndex(lookup => lookup.Operation == operation);
        if (index >= 0) Remove(_running[index]);
    }

    /// <summary>A node answered a look-up's query or announce.</summary>
    public void Replied(PendingQuery query, in KrpcMessage reply, TimeSpan now)
    {
        if (query.Lookup is not { HasEnded: false } lookup) return;
        if (query.Method == KrpcMethod.AnnouncePeer)
        {
            lookup.Stored++;
            if (!query.IsOverdue) AnnounceSettled(lookup, now);
            return;
        }

        if (lookup.IsAnnouncing) return;
        if (lookup.Answered(query.Candidate!, new NodeId(reply.Id)))
        {
            if (reply.Token.Length is > 0 and <= KrpcLimits.MaxTokenBytes)
                query.Candidate!.Token = reply.Token.ToArray();
            AddNodes(lookup, reply);
            AddPeers(lookup, reply.Values);
        }

        Advance(lookup, now);
    }

    /// <summary>A query was answered by an error or something without an ID.</summary>
    public void Refused(PendingQuery query, TimeSpan now) =>
        TimedOut(query, QueryTimeout.Hard, now);

    public void TimedOut(PendingQuery query, QueryTimeout timeout, TimeSpan now)
    {
        if (query.Lookup is not { HasEnded: false } lookup) return;
        if (query.Method == KrpcMethod.AnnouncePeer)
        {
            if (timeout == QueryTimeout.Soft || query.IsOverdue) return;
            query.IsOverdue = true;
            AnnounceSettled(lookup, now);
            return;
        }

        lookup.TimedOut(query.Candidate!, timeout);
        if (!lookup.IsAnnouncing) Advance(lookup, now);
    }

    private void Advance(Lookup lookup, TimeSpan now)
    {
        bool isDone;
        while (lookup.Next(out isDone) is { } candidate)
        {
            if (sender.TryAsk(lookup, candidate, now)) lookup.Asked(candidate);
            else candidate.State = CandidateState.Failed;
        }

        if (!isDone) return;
        if (lookup.Kind == LookupKind.Announce) Announce(lookup, now);
        else End(lookup, lookup.NearestAlive().Count(), now);
    }

    private void Announce(Lookup lookup, TimeSpan now)
    {
        lookup.IsAnnouncing = true;
        var nearest = lookup.NearestAlive().ToList();
        StoreOwn(lookup, nearest, now);
        foreach (var candidate in nearest)
        {
            if (candidate.Token is null) continue;
            if (sender.TryAnnounce(lookup, candidate, now)) lookup.AnnouncesPending++;
        }

        if (lookup.AnnouncesPending == 0) End(lookup, 0, now);
    }

    /// <summary>We too may be among the nearest, and in a small network we always are.</summary>
    private void StoreOwn(Lookup lookup, List<LookupCandidate> nearest, TimeSpan now)
    {
        if (observed.EndPoint is not { } own) return;
        if (nearest.Count >= options.BucketSize
            && !self.IsCloserThan(nearest[^1].Id!.Value, lookup.Target)) return;
        var port = lookup.Port == 0 ? own.Port : lookup.Port;
        peers.TryAdd(new InfoHash(lookup.Target), own.WithPort(port), now);
    }

    private void AnnounceSettled(Lookup lookup, TimeSpan now)
    {
        if (--lookup.AnnouncesPending == 0) End(lookup, lookup.Stored, now);
    }

    private void End(Lookup lookup, int count, TimeSpan now)
    {
        Remove(lookup);
        if (!lookup.IsMaintenance)
            Report(new(KademliaEventKind.Ended, lookup.Operation, default, count));
        Ended?.Invoke(lookup, count, now);
    }

    private void Remove(Lookup lookup)
    {
        lookup.HasEnded = true;
        _running.Remove(lookup);
    }

    private void ReportOwnPeers(Lookup lookup, TimeSpan now)
    {
        var infoHash = new InfoHash(lookup.Target);
        var count = peers.Get(infoHash, now, random, _ownPeers);
        for (var i = 0; i < count; i++) ReportPeer(lookup, _ownPeers[i]);
    }

    private void AddNodes(Lookup lookup, in KrpcMessage reply)
    {
        var list = options.IsIPv6 ? reply.Nodes6 : reply.Nodes;
        var size = options.IsIPv6 ? CompactNode.Size6 : CompactNode.Size4;
        for (var i = 0; i < KrpcLimits.MaxNodesRead; i++)
        {
            if (!CompactNode.TryTake(ref list, size, out var node)) return;
            if (node.Id != self) lookup.Add(node.Id, node.EndPoint);
        }
    }

    private void AddPeers(Lookup lookup, ReadOnlySpan<byte> values)
    {
        if (lookup.Kind == LookupKind.FindNode) return;
        var reader = new BencodeReader(values);
        if (!reader.TryEnterList()) return;
        for (var i = 0; i < KrpcLimits.MaxValuesRead && reader.TryReadString(out var value); i++)
        {
            if (DhtEndPoint.TryReadCompact(value, out var peer)) ReportPeer(lookup, peer);
        }
    }

    private void ReportPeer(Lookup lookup, DhtEndPoint peer)
    {
        if (lookup.Kind != LookupKind.GetPeers || !peer.IsUsable || !lookup.TryReport(peer)) return;
        Report(new(KademliaEventKind.PeerFound, lookup.Operation, peer, 0));
    }
}
