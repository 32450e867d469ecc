namespace P2PStream.Discovery;

/// <summary>
/// One path of a look-up: the nodes that it has heard of, nearest first, and whom to ask next. The
/// shape is libtorrent's: a fixed number of queries is always outstanding at the top of the list;
/// the path is done when the k nearest that can answer have and none before them is awaited. A
/// strict path passes over nodes whose address does not allow their ID (BEP 42).
/// </summary>
/// <param name="target">What is looked for.</param>
/// <param name="bucketSize">k.</param>
/// <param name="width">Queries outstanding.</param>
/// <param name="isStrict">Passes over nodes with wrongful IDs.</param>
/// <param name="isSparing">Asks nobody beyond the k nearest while these are in time: it spares a third of
/// the queries, but whoever fills a table or stores wants to hear of more.</param>
internal sealed class LookupPath(
    NodeId target, int bucketSize, int width, bool isStrict, bool isSparing)
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

    /// <summary>By <see cref="DhtEndPoint.Place"/>. Another path may be told of the same place
    /// otherwise.</summary>
    private readonly Dictionary<DhtEndPoint, LookupCandidate> _heard = [];

    private bool _isStrict = isStrict;
    private int _asked;
    private int _lies;

    /// <summary>Queries that count against the width.</summary>
    public int Outstanding { get; set; }

    /// <summary>Hears of a node; false when it does not count. Of two names for one endpoint the
    /// nearer does until it was asked, so that no lie can keep it from being asked; another port of
    /// a known host does not, nor what is too much.</summary>
    public bool Hear(LookupCandidate candidate)
    {
        var place = candidate.EndPoint.Place;
        if (_heard.TryGetValue(place, out var known))
        {
            if (known.EndPoint != candidate.EndPoint || known.State != CandidateState.New
                || !Precedes(candidate, known)) return false;
            _candidates.Remove(known);
        }
        else if (_heard.Count >= MaxHeard)
        {
            return false;
        }

        _heard[place] = candidate;
        Insert(candidate);
        if (_candidates.Count > MaxCandidates) DropFarthestNew();
        return true;
    }

    public bool Has(LookupCandidate candidate) => _candidates.Contains(candidate);

    /// <summary>A node that this path had under one name answered under another. Somebody lied, or
    /// is behind; but for a contact, which had no name.</summary>
    public void Correct(LookupCandidate named, LookupCandidate speaker)
    {
        if (!_candidates.Remove(named)) return;
        if (named.Id is not null) _isStrict |= ++_lies > MaxLies;
        _heard[named.EndPoint.Place] = speaker;
        Insert(speaker);
    }

    public void Asked(LookupCandidate candidate)
    {
        candidate.Asker = this;
        candidate.State = CandidateState.Asked;
        Outstanding++;
        _asked++;
    }

    /// <summary>Whom to ask now. None and <paramref name="isDone"/> false: wait.</summary>
    public LookupCandidate? Next(out bool isDone)
    {
        var (alive, inTime, awaited) = (0, 0, 0);
        isDone = false;
        foreach (var candidate in _candidates)
        {
            if (PassesOver(candidate)) continue;
            if (candidate.IsAwaited) awaited++;
            if (candidate.State == CandidateState.Asked) inTime++;
            if (candidate.State == CandidateState.New && _asked < MaxAsked)
            {
                var isSpared = isSparing && alive + inTime >= bucketSize;
                return Outstanding < width && !isSpared ? candidate : null;
            }

            if (candidate.State == CandidateState.Alive && ++alive == bucketSize) break;
        }

        isDone = awaited == 0;
        return null;
    }

    /// <summary>True for a node so near that this path would ask it under this ID: fewer than k
    /// that answered are nearer.</summary>
    public bool IsDue(LookupCandidate candidate) => !PassesOver(candidate)
        && Alive().TakeWhile(nearer => Precedes(nearer, candidate)).Count() < bucketSize;

    /// <summary>Nodes that answered, nearest first.</summary>
    public IEnumerable<LookupCandidate> Alive() =>
        _candidates.Where(candidate => candidate.State == CandidateState.Alive);

    private bool PassesOver(LookupCandidate candidate) =>
        _isStrict && !candidate.HasRightfulId && candidate.Id is not null;

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
