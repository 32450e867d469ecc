namespace P2PStream.Discovery;

/// <summary>
/// One path of a look-up: the nodes that it has heard of, nearest first, and whom to ask next. The
/// shape is libtorrent's: a fixed number of queries is always outstanding at the top of the list;
/// the path is done when the k nearest that can answer have and none before them is awaited. A
/// strict path passes over nodes whose address does not allow their ID (BEP 42).
/// </summary>
internal sealed class LookupPath(NodeId target, int bucketSize, int width, bool isStrict)
{
    /// <summary>Addresses that it remembers: what names more spoils this path only.</summary>
    private const int MaxHeard = 400;

    /// <summary>Nodes kept; the farthest that were not asked go first.</summary>
    private const int MaxCandidates = 160;

    /// <summary>Nodes asked in all; among honest ones a path asks some twenty.</summary>
    private const int MaxAsked = 80;

    /// <summary>Nodes that answered under another ID than they were named by, after which a path
    /// has become strict: somebody invents IDs.</summary>
    private const int MaxLies = 3;

    private readonly List<LookupCandidate> _candidates = [];

    /// <summary>By <see cref="DhtEndPoint.Place"/>. Which port is the right one another path may be told
    /// otherwise.</summary>
    private readonly Dictionary<DhtEndPoint, DhtEndPoint> _heard = [];

    private bool _isStrict = isStrict;
    private int _asked;
    private int _lies;

    /// <summary>Queries that count against the width.</summary>
    public int Outstanding { get; set; }

    /// <summary>False for another port of a host that this path has heard of, and for what is too much.
    /// </summary>
    public bool TryEnter(DhtEndPoint endPoint)
    {
        if (_heard.TryGetValue(endPoint.Place, out var known)) return known == endPoint;
        return _heard.Count < MaxHeard && _heard.TryAdd(endPoint.Place, endPoint);
    }

    public void Add(LookupCandidate candidate)
    {
        if (_candidates.Contains(candidate)) return;
        Insert(candidate);
        if (_candidates.Count > MaxCandidates) DropFarthestNew();
    }

    /// <summary>Puts a candidate where its new ID belongs.</summary>
    public void Rename(LookupCandidate candidate)
    {
        if (_candidates.Remove(candidate)) Insert(candidate);
    }

    public void Asked(LookupCandidate candidate)
    {
        candidate.Asker = this;
        candidate.State = CandidateState.Asked;
        Outstanding++;
        _asked++;
    }

    /// <summary>A node that this path asked has another ID than it was named by.</summary>
    public void Lied() => _isStrict |= ++_lies > MaxLies;

    /// <summary>Whom to ask now. None and <paramref name="isDone"/> false: wait.</summary>
    public LookupCandidate? Next(out bool isDone)
    {
        var (alive, awaited) = (0, 0);
        isDone = false;
        foreach (var candidate in _candidates)
        {
            if (_isStrict && !candidate.HasRightfulId && candidate.Id is not null) continue;
            if (candidate.IsAwaited) awaited++;
            if (candidate.State == CandidateState.New && _asked < MaxAsked)
                return Outstanding < width ? candidate : null;
            if (candidate.State == CandidateState.Alive && ++alive == bucketSize) break;
        }

        isDone = awaited == 0;
        return null;
    }

    /// <summary>True for a node so near that this path would have asked it under its true ID: one
    /// of the k nearest that answered.</summary>
    public bool IsNear(LookupCandidate candidate) =>
        Alive().Take(bucketSize).Contains(candidate);

    /// <summary>Nodes that answered, nearest first.</summary>
    public IEnumerable<LookupCandidate> Alive() =>
        _candidates.Where(candidate => candidate.State == CandidateState.Alive);

    private void Insert(LookupCandidate candidate)
    {
        // From the far end, where most belong.
        var place = _candidates.Count;
        while (place > 0 && Precedes(candidate, _candidates[place - 1])) place--;
        _candidates.Insert(place, candidate);
    }

    private bool Precedes(LookupCandidate left, LookupCandidate right)
    {
        if (left.Id is not { } leftId) return false;
        return right.Id is not { } rightId || leftId.IsCloserThan(rightId, target);
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
