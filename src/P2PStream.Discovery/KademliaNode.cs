namespace P2PStream.Discovery;

/// <summary>
/// A node of the BitTorrent mainline DHT (BEP 5) without sockets, clocks or threads: datagrams and
/// the time go in, datagrams and events come out. One owner calls it; the same calls with the same
/// seed bring the same results. After each call, take what <see cref="TryTransmit"/> and
/// <see cref="TryTake"/> give, and call <see cref="Tick"/> at <see cref="NextWakeUp"/>.
/// </summary>
public sealed class KademliaNode
{
    /// <summary>The largest datagram that <see cref="TryTransmit"/> writes, in bytes.</summary>
    public const int MaxDatagramBytes = KrpcLimits.MaxSentBytes;

    /// <summary>The largest datagram worth receiving, in bytes; a longer one is ignored.</summary>
    public const int MaxReceivedBytes = KrpcLimits.MaxReceivedBytes;

    /// <summary>Bytes of a ping, for the budget of strangers.</summary>
    private const int PingBytes = 64;

    private readonly KademliaOptions _options;
    private readonly RoutingTable _table;
    private readonly Outbox _outbox = new();
    private readonly QueryLedger _ledger;
    private readonly QuerySender _sender;
    private readonly QueryResponder _responder;
    private readonly LookupRunner _lookups;
    private readonly Membership _membership;
    private readonly Dictionary<DhtEndPoint, bool> _introductions = [];
    private readonly ObservedAddress _observed = new();
    private long _operations;

    /// <summary>Starts a node that knows nobody yet.</summary>
    /// <param name="options">Limits and times.</param>
    /// <param name="self">Its place in the key space, best chosen at random.</param>
    /// <param name="seed">Source of transaction IDs, tokens and look-up targets; keep it secret.
    /// </param>
    public KademliaNode(KademliaOptions options, NodeId self, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BucketSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LookupWidth, 1);
        _options = options;
        Id = self;
        var random = new SeededRandom(seed);
        _table = new RoutingTable(self, options);
        _ledger = new QueryLedger(options, random);
        _sender = new QuerySender(self, _ledger, _outbox);
        _responder = new QueryResponder(self, options, _table, random, _outbox);
        _lookups = new LookupRunner(
            self, options, _table, _sender, _responder.Peers, _observed, random);
        _membership = new Membership(self, options, _table, _lookups, _sender, random);
        _lookups.Ended = _membership.LookupEnded;
    }

    /// <summary>This node's place in the key space.</summary>
    public NodeId Id { get; }

    /// <summary>Nodes in the routing table that are not known to be dead.</summary>
    public int RoutingTableSize => _table.Count;

    /// <summary>This node's endpoint as two others, or one on loopback, have seen it; null until
    /// then.</summary>
    public DhtEndPoint? ObservedEndPoint => _observed.EndPoint;

    /// <summary>When to call <see cref="Tick"/>, on the clock of <c>now</c>.</summary>
    public TimeSpan? NextWakeUp
    {
        get
        {
            var next = _membership.NextWakeUp;
            return _ledger.NextTimeout is { } timeout && timeout < next ? timeout : next;
        }
    }

    /// <summary>Joins the network through contacts, and goes on trying until one answers; the
    /// operation ends then. Nothing needs to be joined for looking up: look-ups ask the contacts
    /// too while few nodes are known.</summary>
    /// <param name="contacts">Where other nodes may be.</param>
    /// <param name="now">The time.</param>
    public DhtOperation Join(ReadOnlySpan<DhtEndPoint> contacts, TimeSpan now)
    {
        var operation = NextOperation();
        _membership.Join(operation, contacts, now);
        return operation;
    }

    /// <summary>Looks for peers; each is told once, as soon as it is heard of.</summary>
    /// <param name="infoHash">What they were announced under.</param>
    /// <param name="now">The time.</param>
    public DhtOperation GetPeers(InfoHash infoHash, TimeSpan now) =>
        Start(LookupKind.GetPeers, infoHash.Key, 0, now);

    /// <summary>Announces this host as a peer to the nearest nodes. They forget it after half an
    /// hour or so; a host repeats it for as long as it is one.</summary>
    /// <param name="infoHash">What to be found under.</param>
    /// <param name="port">The port to be reached at, or 0 for the one that datagrams come
    /// from.</param>
    /// <param name="now">The time.</param>
    public DhtOperation Announce(InfoHash infoHash, ushort port, TimeSpan now) =>
        Start(LookupKind.Announce, infoHash.Key, port, now);

    /// <summary>Looks for the nodes nearest to a point.</summary>
    /// <param name="target">The point.</param>
    /// <param name="now">The time.</param>
    public DhtOperation FindNode(NodeId target, TimeSpan now) =>
        Start(LookupKind.FindNode, target, 0, now);

    /// <summary>Ends an operation without an event; one that has ended is ignored.</summary>
    /// <param name="operation">Which.</param>
    public void Cancel(DhtOperation operation)
    {
        _lookups.Cancel(operation);
        _membership.Cancel(operation);
    }

    /// <summary>Takes a datagram. Whatever it holds, this does not throw.</summary>
    /// <param name="datagram">Its bytes, not kept.</param>
    /// <param name="from">Where it came from.</param>
    /// <param name="now">The time.</param>
    public void Receive(ReadOnlySpan<byte> datagram, DhtEndPoint from, TimeSpan now)
    {
        if (!from.IsUsable || from.IsIPv4 == _options.IsIPv6) return;
        if (!KrpcMessage.TryRead(datagram, out var message)) return;
        if (message.Kind == KrpcKind.Query) ReceiveQuery(message, from, now);
        else ReceiveResponse(message, from, now);
    }

    /// <summary>Writes the next datagram to send; false when there is none.</summary>
    /// <param name="destination">At least <see cref="MaxDatagramBytes"/> bytes.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="to">Where it goes.</param>
    public bool TryTransmit(Span<byte> destination, out int length, out DhtEndPoint to) =>
        _outbox.TryTake(destination, out length, out to);

    /// <summary>Takes the next event; false when there is none.</summary>
    /// <param name="e">The event.</param>
    public bool TryTake(out KademliaEvent e) => _lookups.TryTake(out e);

    /// <summary>Does what is due: time-outs, joining, refreshing, forgetting.</summary>
    /// <param name="now">The time.</param>
    public void Tick(TimeSpan now)
    {
        while (_ledger.TryTakeTimeout(now, out var timeout, out var query))
        {
            // One silence is one failure, told early so that look-ups stop asking; a late reply
            // takes it back.
            if (timeout == QueryTimeout.Patience) _table.Failed(query!.To);
            if (timeout == QueryTimeout.Hard) _introductions.Remove(query!.To);
            _lookups.TimedOut(query!, timeout, now);
        }

        _membership.Tick(now);
        _responder.Tick(now);
    }

    private DhtOperation Start(LookupKind kind, NodeId target, ushort port, TimeSpan now)
    {
        var operation = NextOperation();
        var lookup = new Lookup(operation, kind, target, Id, _options) { Port = port };
        _lookups.Start(lookup, _membership.Contacts, now);
        return operation;
    }

    private DhtOperation NextOperation() => new(++_operations);

    private void ReceiveQuery(in KrpcMessage query, DhtEndPoint from, TimeSpan now)
    {
        _responder.Answer(query, from, now);
        if (query.Id.Length != NodeId.Size || query.IsReadOnly) return;
        var id = new NodeId(query.Id);
        _table.Queried(id, from, now);
        if (IsWorthPing(id, from, now)) Introduce(from, now);
    }

    /// <summary>A stranger that the table has room for; a node believed dead that speaks; or
    /// another ID at a known endpoint, which only an answer can prove.</summary>
    private bool IsWorthPing(NodeId id, DhtEndPoint from, TimeSpan now)
    {
        if (_table.Find(from) is not { } known) return _table.Wants(id, from);
        if (!known.IsBad && known.Id == id) return false;
        return now - known.LastPing >= _options.SoftTimeout;
    }

    private void Introduce(DhtEndPoint to, TimeSpan now)
    {
        if (_introductions.ContainsKey(to) || !_responder.MaySend(to, PingBytes, now)) return;
        if (!_sender.TryPing(to, now)) return;
        _introductions.Add(to, true);
        if (_table.Find(to) is { } known) known.LastPing = now;
    }

    private void ReceiveResponse(in KrpcMessage message, DhtEndPoint from, TimeSpan now)
    {
        if (message.Transaction.Length != KrpcLimits.TransactionBytes) return;
        var transaction =
            System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(message.Transaction);
        if (!_ledger.TrySettle(transaction, from, out var query)) return;
        if (query!.Method == KrpcMethod.Ping) _introductions.Remove(from);
        if (message.Kind == KrpcKind.Error || message.Id.Length != NodeId.Size)
        {
            _lookups.Refused(query, now);
            return;
        }

        _observed.Tell(message.ObservedEndPoint, from);
        _table.Replied(new NodeId(message.Id), from, now);
        _lookups.Replied(query, message, now);
    }
}
