namespace P2PStream.Discovery;

/// <summary>
/// One iterative look-up on one path or on several that are disjoint (S/Kademlia, 4.4): no node is
/// asked twice, and what a node names is heard by the path that asked it and no other, so that a
/// liar misleads one path. Where there are several, one is strict about IDs. It sends nothing
/// itself.
/// </summary>
internal sealed class Lookup
{
    /// <summary>Peers, or info-hashes, that one look-up reports.</summary>
    private const int MaxReported = 2000;

    /// <summary>Queries that one path keeps outstanding at least.</summary>
    private const int LeastWidth = 2;

    private readonly LocalIdentity _self;
    private readonly bool _isIPv6;
    private readonly int _bucketSize;
    private readonly LookupPath[] _paths;
    private readonly Dictionary<DhtEndPoint, LookupCandidate> _heard = [];
    private readonly Dictionary<DhtEndPoint, bool> _peers = [];
    private readonly Dictionary<InfoHash, bool> _infoHashes = [];

    private int _nextPath;

    public Lookup(DhtOperation operation, LookupRequest request, LocalIdentity self,
        KademliaOptions options, bool isIPv6, int paths)
    {
        Operation = operation;
        Request = request;
        _self = self;
        _isIPv6 = isIPv6;
        _bucketSize = options.BucketSize;
        var width = (options.LookupWidth + paths - 1) / paths;
        if (paths > 1) width = Math.Max(width, LeastWidth);
        _paths = new LookupPath[paths];
        for (var i = 0; i < paths; i++)
        {
            // The last: a first contact that knows nobody with a rightful ID is another's.
            var isStrict = i == paths - 1 && paths > 1;
            _paths[i] = new LookupPath(request.Target, options.BucketSize, width, isStrict);
        }
    }

    public DhtOperation Operation { get; }

    public LookupRequest Request { get; }

    /// <summary>True for a look-up of the node's own, which tells the host nothing.</summary>
    public bool IsMaintenance => Operation.Number == 0;

    public bool HasSeveralPaths => _paths.Length > 1;

    /// <summary>True once it has found what it looks for.</summary>
    public bool HasFound => _peers.Count > 0 || Newest is not null;

    /// <summary>The newest item that was found.</summary>
    public DhtItem? Newest { get; set; }

    /// <summary>Stores that are not settled yet.</summary>
    public int StoresPending { get; set; }

    /// <summary>Nodes that confirmed the store.</summary>
    public int Stored { get; set; }

    /// <summary>Nodes that have another version than the one to be replaced.</summary>
    public int Conflicts { get; set; }

    public bool IsStoring { get; set; }

    public bool HasEnded { get; set; }

    /// <summary>Adds a node that we know ourselves; each goes to the next path.</summary>
    public void AddSeed(NodeId id, DhtEndPoint endPoint) => Hear(NextPath(), id, endPoint, 1);

    /// <summary>Adds a bootstrap contact; while its ID is not known it stands last.</summary>
    public void AddContact(DhtEndPoint endPoint) => Hear(NextPath(), null, endPoint, 1);

    /// <summary>Adds a node that another named.</summary>
    public void Add(LookupCandidate namedBy, NodeId id, DhtEndPoint endPoint)
    {
        if (namedBy.Asker is { } path && namedBy.EndPoint.MayName(endPoint))
            Hear(path, id, endPoint, namedBy.Depth + 1);
    }

    /// <summary>Whom to ask now, and for which path. None and <paramref name="isDone"/> false:
    /// wait.</summary>
    public LookupCandidate? Next(out LookupPath? asker, out bool isDone)
    {
        isDone = true;
        foreach (var path in _paths)
        {
            asker = path;
            if (path.Next(out var isPathDone) is { } candidate) return candidate;
            isDone &= isPathDone;
        }

        asker = null;
        return null;
    }

    /// <summary>A node answered. If it has another ID than it was named by, whoever named it lied
    /// or is behind: it takes its true place, if its address allows the ID; a place next to the
    /// target is easily claimed. False when the answer is worth nothing.</summary>
    public bool Answered(LookupCandidate candidate, NodeId id)
    {
        if (candidate.State == CandidateState.Asked) candidate.Asker!.Outstanding--;
        candidate.State = id == _self.Id ? CandidateState.Failed : CandidateState.Alive;
        if (candidate.Id == id) return candidate.State == CandidateState.Alive;
        candidate.IsMisnamed = candidate.Id is not null;
        Rename(candidate, id);
        if (!candidate.IsMisnamed) return candidate.State == CandidateState.Alive;
        candidate.Asker!.Lied();
        if (!candidate.HasRightfulId) candidate.State = CandidateState.Failed;
        return candidate.State == CandidateState.Alive;
    }

    /// <summary>False for what a node names that was led to us by a lie and is too far to be asked
    /// otherwise: it may be the liar's fellow.</summary>
    public static bool IsWorthHearing(LookupCandidate candidate) =>
        !candidate.IsMisnamed || candidate.Asker!.IsNear(candidate);

    public static void TimedOut(LookupCandidate candidate, QueryTimeout timeout)
    {
        if (candidate.State == CandidateState.Asked) candidate.Asker!.Outstanding--;
        candidate.State = timeout switch
        {
            QueryTimeout.Soft => CandidateState.Slow,
            QueryTimeout.Patience => CandidateState.Overdue,
            _ => CandidateState.Failed,
        };
    }

    /// <summary>True for a peer that this look-up has not reported yet.</summary>
    public bool TryReport(DhtEndPoint peer) =>
        _peers.Count < MaxReported && _peers.TryAdd(peer, true);

    /// <summary>True for an info-hash that this look-up has not reported yet.</summary>
    public bool TryReport(InfoHash infoHash) =>
        _infoHashes.Count < MaxReported && _infoHashes.TryAdd(infoHash, true);

    /// <summary>The k nearest nodes that answered, nearest first.</summary>
    public List<LookupCandidate> NearestAlive() => [.. Ranked().Take(_bucketSize)];

    /// <summary>
    /// Where to store: the k nearest that answered, the k nearest of those whose address allows
    /// their ID, and half as many of each path, in case all that is nearest comes of one liar.
    /// Among honest nodes these are the same.
    /// </summary>
    public List<LookupCandidate> Keepers()
    {
        var ranked = Ranked().ToList();
        return
        [
            .. ranked.Take(_bucketSize)
                .Concat(ranked.Where(candidate => candidate.HasRightfulId).Take(_bucketSize))
                .Concat(_paths.SelectMany(path => path.Alive().Take(_bucketSize / 2)))
                .Distinct(),
        ];
    }

    private IEnumerable<LookupCandidate> Ranked() => _paths.SelectMany(path => path.Alive())
        .Distinct()
        .OrderBy(candidate => candidate.Id!.Value ^ Request.Target);

    private void Hear(LookupPath path, NodeId? id, DhtEndPoint endPoint, int depth)
    {
        if (id == _self.Id || !endPoint.IsUsable || endPoint.IsIPv4 == _isIPv6) return;
        if (!path.TryEnter(endPoint)) return;
        if (!_heard.TryGetValue(endPoint, out var candidate))
        {
            candidate = new LookupCandidate(endPoint, depth);
            if (id is { } given) candidate.Name(given);
            _heard.Add(endPoint, candidate);
        }

        // Of two names the nearer counts until the node itself has spoken, so that no lie can keep it
        // from being asked.
        if (candidate.State == CandidateState.New && id is { } name && IsNearer(name, candidate.Id))
            Rename(candidate, name);
        path.Add(candidate);
    }

    private bool IsNearer(NodeId id, NodeId? other) =>
        other is not { } known || id.IsCloserThan(known, Request.Target);

    private void Rename(LookupCandidate candidate, NodeId id)
    {
        candidate.Name(id);
        foreach (var path in _paths) path.Rename(candidate);
    }

    private LookupPath NextPath() => _paths[_nextPath++ % _paths.Length];
}
