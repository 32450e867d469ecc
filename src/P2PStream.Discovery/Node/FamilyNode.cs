using System.Buffers.Binary;

namespace P2PStream.Discovery;

/// <summary>A node's life in the network of one address family: its ID there, its routing table,
/// its queries and look-ups.</summary>
internal sealed class FamilyNode
{
    /// <summary>Bytes of a ping, for the budget of strangers.</summary>
    private const int PingBytes = 80;

    /// <summary>Strangers that are pinged at once.</summary>
    private const int MaxIntroductions = 64;

    /// <summary>The pause between changes of our ID: each one costs a table's worth of queries and
    /// takes us away from what we keep, so that others' words about our address, right or wrong,
    /// are not to bring about many.</summary>
    private static readonly TimeSpan IdPause = TimeSpan.FromMinutes(10);

    private readonly LocalIdentity _identity;
    private readonly KademliaOptions _options;
    private readonly SeededRandom _random;
    private readonly DhtCounters _counters;
    private readonly Reports _reports;
    private readonly QueryLedger _ledger;
    private readonly QuerySender _sender;
    private readonly QueryResponder _responder;
    private readonly LookupHarvest _harvest;
    private readonly LookupRunner _lookups;
    private readonly Dictionary<DhtEndPoint, bool> _introductions = [];
    private readonly ObservedAddress _observed = new();
    private TimeSpan _now;
    private bool _hasMoved;
    private TimeSpan _nextIdChange;

    public FamilyNode(bool isIPv6, NodeId self, KademliaOptions options, NodeStores stores,
        SeededRandom random, Outbox outbox, Reports reports, DhtCounters counters)
    {
        IsIPv6 = isIPv6;
        _identity = new LocalIdentity(self);
        _options = options;
        _random = random;
        _counters = counters;
        _reports = reports;
        Table = new RoutingTable(_identity, options);
        _ledger = new QueryLedger(options, random, counters);
        _sender = new QuerySender(_identity, options, _ledger, outbox, counters);
        _responder = new QueryResponder(
            _identity, options, isIPv6, Table, stores, random, outbox, counters);
        _harvest = new LookupHarvest(options, isIPv6, stores, random, reports, counters);
        _lookups = new LookupRunner(
            _identity, options, isIPv6, Table, _sender, stores, _observed, reports, _harvest);
        Membership = new Membership(_identity, options, Table, _lookups, _sender, random);
        _lookups.Ended = Membership.LookupEnded;
    }

    public bool IsIPv6 { get; }

    public NodeId Id => _identity.Id;

    public RoutingTable Table { get; }

    public Membership Membership { get; }

    public DhtEndPoint? ObservedEndPoint => _observed.EndPoint;

    public int Pending => _ledger.Count;

    public TimeSpan NextWakeUp
    {
        get
        {
            if (_lookups.CanResume) return _now;
            var next = Membership.NextWakeUp;
            return _ledger.NextTimeout is { } timeout && timeout < next ? timeout : next;
        }
    }

    /// <summary>Makes the other family's node known to this one, to answer for it and to learn from
    /// its network.</summary>
    public void Couple(FamilyNode other)
    {
        _responder.OtherTable = other.Table;
        _harvest.OtherFamily = node => other.Membership.Suggest(node.EndPoint, _now);
        _sender.Want = KrpcWant.IPv4 | KrpcWant.IPv6;
    }

    public void Start(DhtOperation operation, LookupRequest request, TimeSpan now)
    {
        _now = now;
        _lookups.Start(operation, request, Membership, now);
    }

    /// <summary>Asks an endpoint whether a node is there.</summary>
    public void Ping(DhtOperation operation, DhtEndPoint to, TimeSpan now)
    {
        if (!_sender.TryPing(to, operation, now)) _reports.Ended(operation, default);
    }

    public void Cancel(DhtOperation operation) => _lookups.Cancel(operation);

    public void ReceiveQuery(in KrpcMessage query, DhtEndPoint from, TimeSpan now)
    {
        _counters.QueryReceived(query.Method);
        if (_options.IsReadOnly)
        {
            _counters.Drop(DhtDrop.ReadOnly);
            return;
        }

        _responder.Answer(query, from, now);
        if (query.Id.Length != NodeId.Size || query.IsReadOnly) return;
        var id = new NodeId(query.Id);
        Table.Queried(id, from, now);
        if (IsWorthPing(id, from, now)) Introduce(from, now);
    }

    public void ReceiveResponse(in KrpcMessage message, DhtEndPoint from, TimeSpan now)
    {
        _now = now;
        if (message.Transaction.Length != KrpcLimits.TransactionBytes)
        {
            _counters.Drop(DhtDrop.Unsolicited);
            return;
        }

        var transaction = BinaryPrimitives.ReadUInt32BigEndian(message.Transaction);
        if (!_ledger.TrySettle(transaction, from, now, out var query)) return;
        if (query!.IsIntroduction) _introductions.Remove(from.Place);
        if (message.Kind == KrpcKind.Error || message.Id.Length != NodeId.Size)
        {
            if (message.Kind == KrpcKind.Error) _counters.ErrorsReceived++;
            else _counters.Drop(DhtDrop.BadId);
            EndPing(query, 0);
            _lookups.Refused(query, message.ErrorCode, now);
            _lookups.Resume(now);
            return;
        }

        _counters.ReplyReceived(query.Method);
        _hasMoved |= _observed.Tell(message.ObservedEndPoint, from);
        if (_hasMoved && now >= _nextIdChange) TakeRightfulId(now);
        if (!Table.Replied(new NodeId(message.Id), from, now)) _counters.Drop(DhtDrop.ChangedId);
        if (query.Ping is { } ping) _reports.Found(ping, new NodeId(message.Id), from);
        EndPing(query, 1);
        _lookups.Replied(query, message, now);
        _lookups.Resume(now);
    }

    public void Tick(TimeSpan now)
    {
        _now = now;
        while (_ledger.TryTakeTimeout(now, out var timeout, out var query))
        {
            if (timeout == QueryTimeout.Patience) LostPatience(query!);
            if (timeout == QueryTimeout.Hard) EndPing(query!, 0);
            _lookups.TimedOut(query!, timeout, now);
        }

        _lookups.Resume(now);
        Membership.Tick(now);
    }

    private void LostPatience(PendingQuery query)
    {
        // One silence is one failure; a late reply takes it back.
        Table.Failed(query.To);
        if (query.IsIntroduction) _introductions.Remove(query.To.Place);
    }

    private void EndPing(PendingQuery query, int count)
    {
        if (query.Ping is { } ping) _reports.Ended(ping, new LookupOutcome(count));
    }

    /// <summary>Takes an ID that the new address allows (BEP 42): what tied the old ID to the old
    /// address does not follow us.</summary>
    private void TakeRightfulId(TimeSpan now)
    {
        _hasMoved = false;
        var address = _observed.EndPoint!.Value;
        if (!_options.DerivesId || NodeIdRule.IsValid(_identity.Id, address)) return;
        _identity.Id = NodeIdRule.Derive(address, _random);
        _counters.IdChanges++;
        _nextIdChange = now + IdPause;
        Table.Rebuild(now);
        Membership.IdChanged(now);
    }

    /// <summary>A stranger that the table has room for; a node believed dead that speaks; or
    /// another ID at a known endpoint, which only an answer can prove.</summary>
    private bool IsWorthPing(NodeId id, DhtEndPoint from, TimeSpan now)
    {
        if (Table.Find(from) is not { } known) return Table.Wants(id, from);
        if (!known.IsBad && known.Id == id) return false;
        return now - known.LastPing >= _options.SoftTimeout;
    }

    private void Introduce(DhtEndPoint to, TimeSpan now)
    {
        if (_introductions.Count >= MaxIntroductions || _introductions.ContainsKey(to.Place)) return;
        if (!_responder.MaySend(to, PingBytes, now)) return;
        if (!_sender.TryPing(to, now, isIntroduction: true)) return;
        _introductions.Add(to.Place, true);
        if (Table.Find(to) is { } known) known.LastPing = now;
    }
}
