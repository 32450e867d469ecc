namespace P2PStream.Discovery;

/// <summary>What the host is told. An operation of a dual stack runs once in each network and is
/// reported as one.</summary>
internal sealed class Reports
{
    private readonly Queue<KademliaEvent> _events = new();
    private readonly Dictionary<DhtOperation, OpenOperation> _open = [];
    private long _operations;

    public bool TryTake(out KademliaEvent e) => _events.TryDequeue(out e);

    /// <summary>Opens an operation that consists of this many look-ups. One that lasts goes on when
    /// they have ended.</summary>
    public DhtOperation Open(int parts, bool lasts = false)
    {
        var operation = new DhtOperation(++_operations);
        _open.Add(operation, new OpenOperation { Parts = parts, Lasts = lasts });
        return operation;
    }

    public bool IsOpen(DhtOperation operation) => _open.ContainsKey(operation);

    /// <summary>True for a lasting operation that has run and stored nothing anywhere, though
    /// nothing newer was there.</summary>
    public bool HasReachedNobody(DhtOperation operation) =>
        _open.TryGetValue(operation, out var open)
        && open is { Parts: <= 0, Count: 0, Conflicts: 0 };

    /// <summary>A lasting operation runs once more.</summary>
    public void Reopen(DhtOperation operation, int parts)
    {
        if (!_open.TryGetValue(operation, out var open)) return;
        var newest = open.Newest;
        _open[operation] = new OpenOperation { Parts = parts, Lasts = true, Newest = newest };
    }

    public void Cancel(DhtOperation operation) => _open.Remove(operation);

    public void Found(DhtOperation operation, DhtEndPoint peer)
    {
        if (IsOpen(operation))
            _events.Enqueue(new(KademliaEventKind.PeerFound, operation, peer, 0));
    }

    public void Found(DhtOperation operation, NodeId node, DhtEndPoint endPoint)
    {
        if (!IsOpen(operation)) return;
        _events.Enqueue(new(KademliaEventKind.NodeFound, operation, endPoint, 0) { Node = node });
    }

    public void Found(DhtOperation operation, InfoHash infoHash)
    {
        if (!IsOpen(operation)) return;
        _events.Enqueue(new(KademliaEventKind.InfoHashFound, operation, default, 0)
        {
            InfoHash = infoHash,
        });
    }

    public void Found(DhtOperation operation, DhtItem item)
    {
        if (!_open.TryGetValue(operation, out var open)) return;
        if (open.Newest is { } newest && newest.Sequence >= item.Sequence) return;
        open.Newest = item;
        _events.Enqueue(new(KademliaEventKind.ItemFound, operation, default, 0) { Item = item });
    }

    /// <summary>One of an operation's look-ups has ended.</summary>
    public void Ended(DhtOperation operation, in LookupOutcome outcome)
    {
        if (!_open.TryGetValue(operation, out var open)) return;
        open.Count += outcome.Count;
        open.Conflicts += outcome.Conflicts;
        open.Hops = Math.Max(open.Hops, outcome.Hops);
        if (outcome.Filters is { } filters) Unite(open, filters);
        if (--open.Parts > 0) return;
        if (!open.Lasts) _open.Remove(operation);
        var kind = open.Lasts ? KademliaEventKind.Renewed : KademliaEventKind.Ended;
        _events.Enqueue(new(kind, operation, default, open.Count)
        {
            Conflicts = open.Conflicts,
            Hops = open.Hops,
            Seeds = Estimate(open.Filters, 0),
            Downloaders = Estimate(open.Filters, BloomFilter.Size),
        });
    }

    private static void Unite(OpenOperation open, byte[] filters)
    {
        open.Filters ??= new byte[filters.Length];
        BloomFilter.Unite(open.Filters, filters);
    }

    private static double Estimate(byte[]? filters, int start) =>
        filters is null ? 0 : BloomFilter.Estimate(filters.AsSpan(start, BloomFilter.Size));

    private sealed class OpenOperation
    {
        public required int Parts { get; set; }

        public required bool Lasts { get; init; }

        public DhtItem? Newest { get; set; }

        public int Count { get; set; }

        public int Conflicts { get; set; }

        public int Hops { get; set; }

        public byte[]? Filters { get; set; }
    }
}
