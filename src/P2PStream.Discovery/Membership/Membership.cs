namespace P2PStream.Discovery;

/// <summary>
/// Keeps a node in one network: joins through contacts and saved nodes, trying again with growing
/// pauses until one answers; looks for neighbours while it knows few; refreshes buckets; pings
/// nodes that have gone quiet.
/// </summary>
internal sealed class Membership(
    LocalIdentity self, KademliaOptions options, RoutingTable table, LookupRunner lookups,
    QuerySender sender, SeededRandom random)
{
    /// <summary>Where to join; beyond, the one that was named first gives way.</summary>
    private const int MaxContacts = 64;

    /// <summary>Nodes of the other family's replies, which come and go.</summary>
    private const int MaxSuggested = 16;

    /// <summary>Saved nodes that are pinged at once, and how soon the next are.</summary>
    private const int SavedPerStep = 32;

    private static readonly TimeSpan SavedInterval = TimeSpan.FromMilliseconds(100);

    // Between these, the pause is such that each node could be pinged once in its lifetime.
    private static readonly TimeSpan LeastMaintenance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostMaintenance = TimeSpan.FromSeconds(5);

    private readonly List<DhtEndPoint> _contacts = [];
    private readonly Queue<DhtEndPoint> _suggested = new();
    private readonly Queue<CompactNode> _saved = new();
    private Lookup? _search;
    private TimeSpan _nextSearch;
    private TimeSpan _nextSaved;
    private TimeSpan _interval = options.MinJoinInterval;
    private TimeSpan _nextMaintenance;
    private bool _hasJoined;
    private bool _hasAsked;

    /// <summary>Called when another node has answered after there was none.</summary>
    public Action<int>? Joined { get; set; }

    /// <summary>True when somebody waits for joining.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>Who to ask while the routing table is too small.</summary>
    public IEnumerable<DhtEndPoint> Contacts => _contacts.Concat(_suggested);

    /// <summary>Nodes of an earlier run that were not asked yet.</summary>
    public IEnumerable<CompactNode> Saved => _saved;

    public TimeSpan NextWakeUp
    {
        get
        {
            var next = _nextSearch < _nextMaintenance ? _nextSearch : _nextMaintenance;
            return _saved.Count > 0 && _nextSaved < next ? _nextSaved : next;
        }
    }

    /// <summary>Joins through contacts.</summary>
    public void Join(ReadOnlySpan<DhtEndPoint> contacts, TimeSpan now)
    {
        // The latest are asked first, since the earlier ones have not helped; one that is named again
        // is one of these.
        for (var i = contacts.Length - 1; i >= 0; i--)
        {
            _contacts.Remove(contacts[i]);
            if (_contacts.Count == MaxContacts) _contacts.RemoveAt(MaxContacts - 1);
            _contacts.Insert(0, contacts[i]);
        }

        IsAwaited = true;
        SearchSoon(now);
        Tick(now);
    }

    /// <summary>Takes over nodes that an earlier run knew. Each has to answer before it is kept.
    /// </summary>
    public void Restore(CompactNode node, TimeSpan now)
    {
        _saved.Enqueue(node);
        _nextSaved = now;
    }

    /// <summary>Hears of a node from elsewhere; it is asked only while few are known.</summary>
    public void Suggest(DhtEndPoint endPoint, TimeSpan now)
    {
        if (table.Count >= options.BucketSize) return;
        if (_suggested.Any(known => known.Place == endPoint.Place)) return;
        if (_suggested.Count >= MaxSuggested) _suggested.Dequeue();
        _suggested.Enqueue(endPoint);
        // Once somebody was asked in vain the pauses are kept: who suggests is not to set them.
        if (!_hasJoined && !_hasAsked) SearchSoon(now);
    }

    /// <summary>Looks for the neighbours of a new ID, and for nodes in every other part.</summary>
    public void IdChanged(TimeSpan now)
    {
        if (_search is not null) lookups.Cancel(_search);
        _search = null;
        _hasJoined = false;
        IsAwaited = true;
        SearchSoon(now);
    }

    public void Tick(TimeSpan now)
    {
        if (_saved.Count > 0 && now >= _nextSaved) AskSaved(now);
        if (now >= _nextSearch) Search(now);
        if (now < _nextMaintenance) return;
        _nextMaintenance = now + Clamp(options.NodeLifetime / (table.Count + 1));
        if (table.NextToPing(now, options.HardTimeout) is { } quiet
            && sender.TryPing(quiet.EndPoint, now)) quiet.LastPing = now;
        Refresh(now);
    }

    /// <summary>One of the node's own look-ups has ended.</summary>
    public void LookupEnded(Lookup lookup, int alive, TimeSpan now)
    {
        if (lookup == _search) SearchEnded(alive);
        // What a search for ourselves finds is near us; each other part of the key space needs one
        // of its own, one after the other.
        if (lookup.IsMaintenance && alive > 0) Refresh(now);
    }

    private void SearchSoon(TimeSpan now)
    {
        _interval = options.MinJoinInterval;
        _nextSearch = now;
        _hasAsked = false;
    }

    private void SearchEnded(int alive)
    {
        _search = null;
        if (alive == 0) return;
        if (!_hasJoined) table.MakeStale();
        _hasJoined = true;
        IsAwaited = false;
        Joined?.Invoke(alive);
    }

    private void Search(TimeSpan now)
    {
        var isAlone = table.Count == 0;
        if (isAlone && _hasJoined) _interval = options.MinJoinInterval;
        if (isAlone) _hasJoined = false;
        _nextSearch = now + _interval;
        _interval = Min(_interval * 2, options.MaxJoinInterval);
        if (!IsAwaited && table.Count >= options.BucketSize) return;
        if (isAlone && _contacts.Count + _suggested.Count + _saved.Count == 0) return;
        // The one under way has heard nobody, or it would not be alone: its datagram may be lost.
        if (_search is not null && isAlone) lookups.Cancel(_search);
        else if (_search is not null) return;
        _hasAsked = true;
        _search = Start(self.Id, now);
        if (_search.HasEnded) _search = null;
    }

    private void AskSaved(TimeSpan now)
    {
        _nextSaved = now + SavedInterval;
        for (var i = 0; i < SavedPerStep && _saved.TryPeek(out var node); i++)
        {
            if (table.Wants(node.Id, node.EndPoint) && !sender.TryPing(node.EndPoint, now)) return;
            _saved.Dequeue();
        }

        // They have heard nothing of us: neighbours are found by a search.
        if (_saved.Count == 0 && !_hasJoined) SearchSoon(now + SavedInterval);
    }

    private void Refresh(TimeSpan now)
    {
        if (table.Count > 0 && table.TryRefresh(now, random, out var target)) Start(target, now);
    }

    private Lookup Start(NodeId target, TimeSpan now) =>
        lookups.Start(default, new LookupRequest(LookupKind.FindNode, target), this, now);

    private static TimeSpan Clamp(TimeSpan pause)
    {
        if (pause > MostMaintenance) return MostMaintenance;
        return pause < LeastMaintenance ? LeastMaintenance : pause;
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
