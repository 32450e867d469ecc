namespace P2PStream.Discovery;

/// <summary>
/// One iterative look-up on one path or on several that are disjoint (S/Kademlia, 4.4): no node is
/// asked twice under one name, and what a node names is heard by one path, so that a liar misleads
/// one path. Where there are several, one is strict about IDs. It sends nothing itself.
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
    private readonly Dictionary<CompactNode, LookupCandidate> _named = [];
    private readonly Dictionary<DhtEndPoint, LookupCandidate> _contacts = [];
    private readonly Dictionary<DhtEndPoint, bool> _peers = [];
    private readonly Dictionary<InfoHash, bool> _infoHashes = [];

    private int _nextPath;
    private LookupCandidate? _finder;

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
            _paths[i] = new LookupPath(request.Target, options.BucketSize, width, isStrict,
                isSparing: !IsMaintenance && !request.Stores);
        }
    }

    public DhtOperation Operation { get; }

    public LookupRequest Request { get; }

    /// <summary>True for a look-up of the node's own, which tells the host nothing.</summary>
    public bool IsMaintenance => Operation.Number == 0;

    /// <summary>True once nodes that no single liar led to have given it what it looks for: two
    /// places on two paths.</summary>
    public bool HasFoundTwice { get; private set; }

    /// <summary>The newest item that was found.</summary>
    public DhtItem? Newest { get; set; }

    /// <summary>Nodes that were not sent yet what is to be stored.</summary>
    public Queue<LookupCandidate> Unstored { get; } = new();

    /// <summary>True while it waits for room to send.</summary>
    public bool IsWaiting { get; set; }

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
    public void AddContact(DhtEndPoint endPoint)
    {
        if (!MayAsk(endPoint)) return;
        var contact = new LookupCandidate(endPoint, null, 1);
        if (_contacts.TryAdd(endPoint, contact)) NextPath().Hear(contact);
    }

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

    /// <summary>A node answered. Gives whom its answer is of; null when it is worth nothing.
    /// </summary>
    public LookupCandidate? Answered(LookupCandidate asked, NodeId id)
    {
        Settle(asked, CandidateState.Failed);
        if (id == _self.Id) return null;
        var speaker = asked.Id == id ? asked : Correct(asked, id);
        if (speaker is not null) Settle(speaker, CandidateState.Alive);
        return speaker;
    }

    public static void TimedOut(LookupCandidate candidate, QueryTimeout timeout)
    {
        // It may have answered when it was asked under another name.
        if (candidate.State == CandidateState.Alive) return;
        Settle(candidate, timeout switch
        {
            QueryTimeout.Soft => CandidateState.Slow,
            QueryTimeout.Patience => CandidateState.Overdue,
            _ => CandidateState.Failed,
        });
    }

    /// <summary>A node gave what the look-up is after.</summary>
    public void FoundBy(LookupCandidate speaker)
    {
        _finder ??= speaker;
        HasFoundTwice |= _finder.Asker != speaker.Asker
            && _finder.EndPoint.Place != speaker.EndPoint.Place;
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
                .DistinctBy(candidate => candidate.EndPoint.Place),
        ];
    }

    // Who answers under a name on each path still is one node.
    private IEnumerable<LookupCandidate> Ranked() => _paths.SelectMany(path => path.Alive())
        .OrderBy(candidate => candidate.Id!.Value ^ Request.Target)
        .DistinctBy(candidate => candidate.EndPoint.Place);

    private static void Settle(LookupCandidate candidate, CandidateState state)
    {
        if (candidate.State == CandidateState.Asked) candidate.Asker!.Outstanding--;
        candidate.State = state;
    }

    /// <summary>
    /// A node has another ID than it was asked under: it takes its true place on the paths that had
    /// it under the false name. Its answer is of use to a path that would have asked it under its
    /// true ID: to one that was told of that, or else to the one that asked. If there is none,
    /// the node can still be asked; what it named may be the work of a liar that led us to it.
    /// </summary>
    private LookupCandidate? Correct(LookupCandidate named, NodeId id)
    {
        // Who has a third ID, invents them itself.
        if (named.IsSelfNamed) return null;
        var name = new CompactNode(id, named.EndPoint);
        if (!_named.TryGetValue(name, out var speaker))
        {
            speaker = new LookupCandidate(named.EndPoint, id, named.Depth) { IsSelfNamed = true };
            _named.Add(name, speaker);
        }

        var path = Array.Find(_paths, path => path.Has(speaker)) ?? named.Asker!;
        foreach (var other in _paths) other.Correct(named, speaker);
        if (speaker.State == CandidateState.Alive) return null;
        var wasAsked = speaker.Asker is not null;
        if (!wasAsked && named.Id is not null && !path.IsDue(speaker)) return null;
        speaker.Asker ??= path;
        return speaker;
    }

    private void Hear(LookupPath path, NodeId id, DhtEndPoint endPoint, int depth)
    {
        if (id == _self.Id || !MayAsk(endPoint)) return;
        var name = new CompactNode(id, endPoint);
        if (_named.TryGetValue(name, out var known))
            path.Hear(known);
        // A contact that is about to say its ID is not asked for another path, too.
        else if (_contacts.TryGetValue(endPoint, out var contact) && contact.IsAwaited)
            path.Hear(contact);
        else if (new LookupCandidate(endPoint, id, depth) is var named && path.Hear(named))
            _named.Add(name, named);
    }

    private bool MayAsk(DhtEndPoint endPoint) => endPoint.IsUsable && endPoint.IsIPv4 != _isIPv6;

    private LookupPath NextPath() => _paths[_nextPath++ % _paths.Length];
}
