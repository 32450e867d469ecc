namespace P2PStream.Discovery;

/// <summary>
/// Keeps a node in the network: joins through contacts, trying again with growing pauses until one
/// answers; looks for neighbours while it knows few; refreshes buckets; pings nodes that have
/// gone quiet.
/// </summary>
internal sealed class Membership(
    NodeId self, KademliaOptions options, RoutingTable table, LookupRunner lookups,
    QuerySender sender, SeededRandom random)
{
    private const int MaxContacts = 64;

    private static readonly TimeSpan MaintenanceInterval = TimeSpan.FromSeconds(5);

    private readonly List<DhtEndPoint> _contacts = [];
    private readonly List<DhtOperation> _waiting = [];
    private Lookup? _search;
    private TimeSpan _nextSearch;
    private TimeSpan _interval = options.MinJoinInterval;
    private TimeSpan _nextMaintenance;
    private bool _hasJoined;

    /// <summary>Who to ask while the routing table is too small.</summary>
    public IReadOnlyList<DhtEndPoint> Contacts => _contacts;

    public TimeSpan NextWakeUp => _nextSearch < _nextMaintenance ? _nextSearch : _nextMaintenance;

    /// <summary>Joins through contacts; the operation ends when a node has answered.</summary>
    public void Join(DhtOperation operation, ReadOnlySpan<DhtEndPoint> contacts, TimeSpan now)
    {
        foreach (var contact in contacts)
        {
            if (_contacts.Count < MaxContacts && !_contacts.Contains(contact))
                _contacts.Add(contact);
        }

        _waiting.Add(operation);
        _interval = options.MinJoinInterval;
        _nextSearch = now;
        Tick(now);
    }

    public void Cancel(DhtOperation operation) => _waiting.Remove(operation);

    public void Tick(TimeSpan now)
    {
        if (now >= _nextSearch) Search(now);
        if (now < _nextMaintenance) return;
        _nextMaintenance = now + MaintenanceInterval;
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

    private void SearchEnded(int alive)
    {
        _search = null;
        if (alive == 0) return;
        if (!_hasJoined) table.MakeStale();
        _hasJoined = true;
        foreach (var operation in _waiting)
            lookups.Report(new(KademliaEventKind.Ended, operation, default, alive));
        _waiting.Clear();
    }

    private void Search(TimeSpan now)
    {
        var isAlone = table.Count == 0;
        if (isAlone && _hasJoined) _interval = options.MinJoinInterval;
        if (isAlone) _hasJoined = false;
        _nextSearch = now + _interval;
        _interval = Min(_interval * 2, options.MaxJoinInterval);
        if (_waiting.Count == 0 && table.Count >= options.BucketSize) return;
        if (isAlone && _contacts.Count == 0) return;
        // The one under way has heard nobody, or it would not be alone: its datagram may be lost.
        if (_search is not null && isAlone) lookups.Cancel(_search.Operation);
        else if (_search is not null) return;
        _search = NewLookup(self);
        lookups.Start(_search, _contacts, now);
    }

    private void Refresh(TimeSpan now)
    {
        if (table.Count > 0 && table.TryRefresh(now, random, out var target))
            lookups.Start(NewLookup(target), _contacts, now);
    }

    private Lookup NewLookup(NodeId target) =>
        new(new DhtOperation(0), LookupKind.FindNode, target, self, options)
        {
            IsMaintenance = true,
        };

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
