namespace P2PStream.Discovery;

/// <summary>Runs look-ups: seeds them from the routing table, feeds them replies and time-outs,
/// sends what they ask for, stores at their end, and reports to the host.</summary>
internal sealed class LookupRunner(
    LocalIdentity self, KademliaOptions options, bool isIPv6, RoutingTable table,
    QuerySender sender, NodeStores stores, ObservedAddress observed, Reports reports,
    LookupHarvest harvest)
{
    private const int SeedBuckets = 2;

    /// <summary>Keys that are remembered as looked up.</summary>
    private const int MaxRecent = 256;

    private readonly List<Lookup> _running = [];
    private readonly CompactNode[] _seeds = new CompactNode[options.BucketSize * SeedBuckets];
    private readonly Queue<Lookup> _waiting = new();
    private readonly Dictionary<NodeId, TimeSpan> _recent = [];

    /// <summary>Called when a look-up has ended, with the number of nearest nodes that answered and
    /// the time.</summary>
    public Action<Lookup, int, TimeSpan>? Ended { get; set; }

    /// <summary>True when a look-up waited for room to send, and there is some.</summary>
    public bool CanResume => _waiting.Count > 0 && sender.HasRoom;

    public Lookup Start(DhtOperation operation, LookupRequest request, Membership membership,
        TimeSpan now)
    {
        var paths = PathsFor(operation, request, now);
        var lookup = new Lookup(operation, request, self, options, isIPv6, paths);
        _running.Add(lookup);
        var known = table.Nearest(request.Target, _seeds);
        for (var i = 0; i < known; i++) lookup.AddSeed(_seeds[i].Id, _seeds[i].EndPoint);
        // With a routing table this small, others may know what it does not.
        if (known < options.BucketSize)
        {
            foreach (var saved in membership.Saved) lookup.AddSeed(saved.Id, saved.EndPoint);
            foreach (var contact in membership.Contacts) lookup.AddContact(contact);
        }

        harvest.TakeOwn(lookup, now);
        Advance(lookup, now);
        return lookup;
    }

    public void Cancel(DhtOperation operation)
    {
        var index = _running.FindIndex(lookup => lookup.Operation == operation);
        if (index >= 0) Remove(_running[index]);
    }

    public void Cancel(Lookup lookup) => Remove(lookup);

    /// <summary>A node answered a look-up's query or store.</summary>
    public void Replied(PendingQuery query, in KrpcMessage reply, TimeSpan now)
    {
        if (query.Lookup is not { HasEnded: false } lookup) return;
        if (IsStore(query))
        {
            lookup.Stored++;
            if (!query.IsOverdue) StoreSettled(lookup, now);
            return;
        }

        if (lookup.IsStoring) return;
        if (lookup.Answered(query.Candidate!, new NodeId(reply.Id)) is { } speaker)
            harvest.Take(lookup, speaker, reply);
        Advance(lookup, now);
    }

    /// <summary>A query was answered by an error, or by something without an ID.</summary>
    public void Refused(PendingQuery query, long code, TimeSpan now)
    {
        var isConflict = (KrpcError)code is KrpcError.CasMismatch or KrpcError.SequenceTooLow;
        if (isConflict && IsStore(query)) query.Lookup!.Conflicts++;
        TimedOut(query, QueryTimeout.Hard, now);
    }

    public void TimedOut(PendingQuery query, QueryTimeout timeout, TimeSpan now)
    {
        if (query.Lookup is not { HasEnded: false } lookup) return;
        if (IsStore(query))
        {
            if (timeout == QueryTimeout.Soft || query.IsOverdue) return;
            query.IsOverdue = true;
            StoreSettled(lookup, now);
            return;
        }

        Lookup.TimedOut(query.Candidate!, timeout);
        if (!lookup.IsStoring) Advance(lookup, now);
    }

    /// <summary>Goes on with look-ups that waited for room, in their order.</summary>
    public void Resume(TimeSpan now)
    {
        while (CanResume)
        {
            var lookup = _waiting.Dequeue();
            lookup.IsWaiting = false;
            if (lookup.HasEnded) continue;
            if (lookup.IsStoring) SendStores(lookup, now);
            else Advance(lookup, now);
        }
    }

    private void AwaitRoom(Lookup lookup)
    {
        if (!lookup.IsWaiting) _waiting.Enqueue(lookup);
        lookup.IsWaiting = true;
    }

    private int PathsFor(DhtOperation operation, LookupRequest request, TimeSpan now)
    {
        if (operation.Number == 0 || request.Kind == LookupKind.FindNode) return 1;
        var isRepeated = _recent.TryGetValue(request.Target, out var last)
            && now - last < options.NodeLifetime;
        return isRepeated && !request.Stores ? 1 : Math.Max(options.DisjointPaths, 1);
    }

    private void Advance(Lookup lookup, TimeSpan now)
    {
        // What is its own hash needs no second opinion.
        if (lookup.Request.Kind == LookupKind.GetItem && lookup.Newest is { IsMutable: false })
        {
            EndUnstored(lookup, now);
            return;
        }

        bool isDone;
        while (lookup.Next(out var path, out isDone) is { } candidate)
        {
            if (!sender.TryAsk(lookup, candidate, now))
            {
                AwaitRoom(lookup);
                return;
            }

            path!.Asked(candidate);
        }

        if (!isDone) return;
        Remember(lookup, now);
        if (lookup.Request.Stores) Store(lookup, now);
        else EndUnstored(lookup, now);
    }

    /// <summary>A key under which something was found on many paths needs them no more for a
    /// while; what only one named may be a liar's.</summary>
    private void Remember(Lookup lookup, TimeSpan now)
    {
        if (!lookup.HasFoundTwice) return;
        if (_recent.Count >= MaxRecent) _recent.Clear();
        _recent[lookup.Request.Target] = now;
    }

    private void EndUnstored(Lookup lookup, TimeSpan now)
    {
        var nearest = lookup.NearestAlive();
        if (lookup.Request.Kind == LookupKind.FindNode && !lookup.IsMaintenance)
        {
            foreach (var node in nearest)
                reports.Found(lookup.Operation, node.Id!.Value, node.EndPoint);
        }

        var outcome = new LookupOutcome(nearest.Count)
        {
            Hops = nearest.Count > 0 ? nearest[0].Depth : 0,
            Filters = LookupHarvest.UniteFilters(nearest),
        };
        End(lookup, outcome, now);
    }

    private void Store(Lookup lookup, TimeSpan now)
    {
        lookup.IsStoring = true;
        var item = lookup.Request.Item;
        if (item is { IsMutable: true } && lookup.Newest?.Sequence > item.Sequence)
        {
            // A newer version is out there; who wanted to store ours has been told of it.
            lookup.Conflicts++;
            EndStored(lookup, now);
            return;
        }

        var nearest = lookup.NearestAlive();
        StoreOwn(lookup, nearest, now);
        foreach (var candidate in lookup.Keepers())
        {
            if (candidate.Token is not null) lookup.Unstored.Enqueue(candidate);
        }

        SendStores(lookup, now);
    }

    private void SendStores(Lookup lookup, TimeSpan now)
    {
        while (lookup.Unstored.TryPeek(out var candidate))
        {
            if (!sender.TryStore(lookup, candidate, now))
            {
                AwaitRoom(lookup);
                return;
            }

            lookup.Unstored.Dequeue();
            lookup.StoresPending++;
        }

        if (lookup.StoresPending == 0) EndStored(lookup, now);
    }

    /// <summary>We too may be among the nearest, and in a small network we always are.</summary>
    private void StoreOwn(Lookup lookup, List<LookupCandidate> nearest, TimeSpan now)
    {
        if (observed.EndPoint is not { } own || options.IsReadOnly) return;
        var request = lookup.Request;
        if (nearest.Count >= options.BucketSize
            && !self.Id.IsCloserThan(nearest[^1].Id!.Value, request.Target)) return;
        if (request.Item is { } item)
        {
            // A refusal, such as of an item with another version, is not counted: only others are.
            _ = stores.Items.Put(item, request.Cas, self.Id, own, now);
            return;
        }

        var port = request.Port == 0 ? own.Port : request.Port;
        stores.PeersOf(isIPv6).TryAdd(
            new InfoHash(request.Target), own.WithPort(port), self.Id, now, request.IsSeed);
    }

    private void StoreSettled(Lookup lookup, TimeSpan now)
    {
        lookup.StoresPending--;
        if (lookup.StoresPending == 0 && lookup.Unstored.Count == 0) EndStored(lookup, now);
    }

    private void EndStored(Lookup lookup, TimeSpan now)
    {
        var nearest = lookup.NearestAlive();
        var outcome = new LookupOutcome(lookup.Stored)
        {
            Conflicts = lookup.Conflicts,
            Hops = nearest.Count > 0 ? nearest[0].Depth : 0,
        };
        End(lookup, outcome, now);
    }

    private void End(Lookup lookup, in LookupOutcome outcome, TimeSpan now)
    {
        Remove(lookup);
        reports.Ended(lookup.Operation, outcome);
        Ended?.Invoke(lookup, outcome.Count, now);
    }

    private void Remove(Lookup lookup)
    {
        lookup.HasEnded = true;
        _running.Remove(lookup);
    }

    private static bool IsStore(PendingQuery query) =>
        query.Method is KrpcMethod.AnnouncePeer or KrpcMethod.Put;
}
