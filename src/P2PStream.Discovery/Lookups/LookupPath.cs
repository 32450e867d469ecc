namespace P2PStream.Discovery;

/// <summary>
/// One path of a look-up: the nodes that it has heard of, nearest first, and whom to ask next. The
/// shape is libtorrent's: a fixed number of queries is always outstanding at the top of the list;
/// the path is done when the k nearest that can answer have and none before them is awaited.
/// </summary>
internal sealed class LookupPath(NodeId target, int bucketSize, int width)
{
    /// <summary>Nodes kept; the farthest that were not asked go first.</summary>
    private const int MaxCandidates = 160;

    private readonly List<LookupCandidate> _candidates = [];

    /// <summary>Queries that count against the width.</summary>
    public int Asked { get; set; }

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

    /// <summary>Whom to ask now. None and <paramref name="isDone"/> false: wait.</summary>
    /// <param name="extras">How many nodes may still be asked beyond the k nearest, to have k that
    /// have a rightful ID among those that answered.</param>
    /// <param name="isExtra">True when the one to ask is of these.</param>
    /// <param name="isDone">True when this path has nothing left to do.</param>
    public LookupCandidate? Next(int extras, out bool isExtra, out bool isDone)
    {
        var (alive, rightful, awaited) = (0, 0, 0);
        (isExtra, isDone) = (false, false);
        foreach (var candidate in _candidates)
        {
            if (alive >= bucketSize)
            {
                if (extras < 0 || rightful >= bucketSize) break;
                if (!candidate.HasRightfulId) continue;
                isExtra = true;
            }

            if (candidate.IsAwaited) awaited++;
            if (candidate.State == CandidateState.New && !(isExtra && extras == 0))
                return Asked < width ? candidate : null;
            if (candidate.State != CandidateState.Alive) continue;
            alive++;
            if (candidate.HasRightfulId) rightful++;
        }

        isDone = awaited == 0;
        return null;
    }

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
