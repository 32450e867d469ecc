namespace P2PStream.Discovery;

/// <summary>
/// One iterative look-up: the nodes heard of, nearest first, and whom to ask next. The shape is
/// libtorrent's: a fixed number of queries is always outstanding at the top of the list; it is done
/// when the k nearest that can answer have and none before them is awaited. It sends nothing
/// itself.
/// </summary>
internal sealed class Lookup(
    DhtOperation operation, LookupKind kind, NodeId target, NodeId self, KademliaOptions options)
{
    /// <summary>Nodes kept; the farthest that were not asked go first.</summary>
    private const int MaxCandidates = 160;

    /// <summary>Peers that one look-up reports.</summary>
    private const int MaxPeers = 2000;

    private readonly List<LookupCandidate> _candidates = [];
    private readonly Dictionary<DhtEndPoint, bool> _heard = [];
    private readonly Dictionary<NodeId, bool> _heardIds = [];
    private readonly Dictionary<DhtEndPoint, bool> _peers = [];
    private int _asked;

    public DhtOperation Operation { get; } = operation;

    public LookupKind Kind { get; } = kind;

    public NodeId Target { get; } = target;

    /// <summary>The port to announce; 0 for the one that the datagrams come from.</summary>
    public ushort Port { get; init; }

    /// <summary>True for a look-up of the node's own, which tells the host nothing.</summary>
    public bool IsMaintenance { get; init; }

    /// <summary>Announces that are not settled yet.</summary>
    public int AnnouncesPending { get; set; }

    /// <summary>Nodes that confirmed the announce.</summary>
    public int Stored { get; set; }

    public bool IsAnnouncing { get; set; }

    public bool HasEnded { get; set; }

    /// <summary>Adds a node with its ID; ignores ourselves and what was heard before.</summary>
    public void Add(NodeId id, DhtEndPoint endPoint)
    {
        if (id == self || !IsAcceptable(endPoint) || _heardIds.ContainsKey(id)) return;
        if (!TryHear(endPoint)) return;
        _heardIds.Add(id, true);
        Insert(new LookupCandidate(id, endPoint));
        if (_candidates.Count > MaxCandidates) DropFarthestNew();
    }

    /// <summary>Adds a bootstrap contact; while its ID is not known it stands last.</summary>
    public void AddContact(DhtEndPoint endPoint)
    {
        if (IsAcceptable(endPoint) && TryHear(endPoint))
            Insert(new LookupCandidate(null, endPoint));
    }

    /// <summary>Whom to ask now. None and <paramref name="isDone"/> false: wait.</summary>
    public LookupCandidate? Next(out bool isDone)
    {
        var (alive, awaited) = (0, 0);
        isDone = false;
        foreach (var candidate in _candidates)
        {
            if (candidate.IsAwaited) awaited++;
            if (candidate.State == CandidateState.New)
                return _asked < options.LookupWidth ? candidate : null;
            if (candidate.State == CandidateState.Alive && ++alive == options.BucketSize) break;
        }

        isDone = awaited == 0;
        return null;
    }

    public void Asked(LookupCandidate candidate)
    {
        candidate.State = CandidateState.Asked;
        _asked++;
    }

    /// <summary>A node answered, under this ID; false when it is not the one it was named by.
    /// </summary>
    public bool Answered(LookupCandidate candidate, NodeId id)
    {
        if (candidate.State == CandidateState.Asked) _asked--;
        var isKnown = candidate.Id is { } expected ? expected != id : _heardIds.ContainsKey(id);
        candidate.State = isKnown || id == self ? CandidateState.Failed : CandidateState.Alive;
        if (candidate.State == CandidateState.Failed) return false;
        if (candidate.Id is not null) return true;
        _heardIds.Add(id, true);
        _candidates.Remove(candidate);
        candidate.Id = id;
        Insert(candidate);
        return true;
    }

    public void TimedOut(LookupCandidate candidate, QueryTimeout timeout)
    {
        if (candidate.State == CandidateState.Asked) _asked--;
        candidate.State = timeout switch
        {
            QueryTimeout.Soft => CandidateState.Slow,
            QueryTimeout.Patience => CandidateState.Overdue,
            _ => CandidateState.Failed,
        };
    }

    /// <summary>True for a peer that this look-up has not reported yet.</summary>
    public bool TryReport(DhtEndPoint peer) => _peers.Count < MaxPeers && _peers.TryAdd(peer, true);

    /// <summary>Up to k nearest nodes that answered, nearest first.</summary>
    public IEnumerable<LookupCandidate> NearestAlive() => _candidates
        .Where(candidate => candidate.State == CandidateState.Alive)
        .Take(options.BucketSize);

    private bool IsAcceptable(DhtEndPoint endPoint) =>
        endPoint.IsUsable && endPoint.IsIPv4 != options.IsIPv6;

    // Outside local networks one address is one candidate: an attacker's many ports are one node.
    private bool TryHear(DhtEndPoint endPoint) =>
        _heard.TryAdd(endPoint.IsLocal ? endPoint : endPoint.Host, true);

    private void Insert(LookupCandidate candidate)
    {
        var place = 0;
        while (place < _candidates.Count && !Precedes(candidate, _candidates[place])) place++;
        _candidates.Insert(place, candidate);
    }

    private bool Precedes(LookupCandidate left, LookupCandidate right)
    {
        if (left.Id is not { } leftId) return false;
        return right.Id is { } rightId && leftId.IsCloserThan(rightId, Target);
    }

    private void DropFarthestNew()
    {
        for (var i = _candidates.Count - 1; i >= 0; i--)
        {
            if (_candidates[i].State != CandidateState.New) continue;
            _candidates.RemoveAt(i);
            return;
        }
    }
}
