using System.Diagnostics.CodeAnalysis;

namespace P2PStream.Discovery;

/// <summary>
/// A node of the BitTorrent mainline DHT (BEP 5) without sockets, clocks or threads: datagrams and
/// the time go in, datagrams and events come out. One owner calls it; the same calls with the same
/// seed bring the same results. After each call, take what <see cref="TryTransmit"/> and
/// <see cref="TryTake"/> give, and call <see cref="Tick"/> at <see cref="NextWakeUp"/>. A dual
/// stack is one node: the family of a datagram's destination says which socket sends it.
/// </summary>
public sealed class KademliaNode
{
    /// <summary>The largest datagram that <see cref="TryTransmit"/> writes, in bytes.</summary>
    public const int MaxDatagramBytes = KrpcLimits.MaxSentBytes;

    /// <summary>The largest datagram worth receiving, in bytes; a longer one is ignored.</summary>
    public const int MaxReceivedBytes = KrpcLimits.MaxReceivedBytes;

    private readonly Outbox _outbox;
    private readonly Reports _reports = new();
    private readonly NodeStores _stores;
    private readonly Renewals _renewals;
    private readonly List<DhtOperation> _joining = [];

    // The first is IPv4's wherever there is one.
    private readonly FamilyNode[] _families;

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
        ArgumentOutOfRangeException.ThrowIfLessThan(options.UnprovenBytesPerSecond, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ProvenBytesPerSecond, 1);
        var random = new SeededRandom(seed);
        _outbox = new Outbox(Counters);
        _stores = new NodeStores(options, random);
        _renewals = new Renewals(options, random, _reports);
        List<FamilyNode> families = [];
        foreach (var isIPv6 in new[] { false, true })
        {
            if (!options.Families.HasFlag(isIPv6 ? DhtFamilies.IPv6 : DhtFamilies.IPv4)) continue;
            families.Add(new FamilyNode(
                isIPv6, self, options, _stores, random, _outbox, _reports, Counters));
        }

        if (families.Count == 0)
            throw new ArgumentException("A node needs an address family.", nameof(options));
        _families = [.. families];
        foreach (var family in _families) family.Membership.Joined = Joined;
        if (_families.Length < 2) return;
        _families[0].Couple(_families[1]);
        _families[1].Couple(_families[0]);
    }

    /// <summary>Its lives in the networks of its families.</summary>
    internal IReadOnlyList<FamilyNode> Parts => _families;

    /// <summary>This node's place in the key space; of a dual stack, in the network of IPv4. It
    /// changes when the address does (BEP 42).</summary>
    public NodeId Id => _families[0].Id;

    /// <summary>Nodes in the routing tables that are not known to be dead.</summary>
    public int RoutingTableSize
    {
        get
        {
            var size = 0;
            foreach (var family in _families) size += family.Table.Count;
            return size;
        }
    }

    /// <summary>Info-hashes that peers are kept for.</summary>
    public int StoredInfoHashes =>
        _stores.PeersOf(false).InfoHashCount + _stores.PeersOf(true).InfoHashCount;

    /// <summary>Peers that are kept for others.</summary>
    public int StoredPeers => _stores.PeersOf(false).Count + _stores.PeersOf(true).Count;

    /// <summary>Items that are kept for others.</summary>
    public int StoredItems => _stores.Items.Count;

    /// <summary>Queries that are under way.</summary>
    public int PendingQueries
    {
        get
        {
            var pending = 0;
            foreach (var family in _families) pending += family.Pending;
            return pending;
        }
    }

    /// <summary>What it has done so far.</summary>
    public DhtCounters Counters { get; } = new();

    /// <summary>This node's endpoint as two others, or one on loopback, have seen it; null until
    /// then. Of a dual stack, that of IPv4 if it is known.</summary>
    public DhtEndPoint? ObservedEndPoint => ObservedEndPointOf(DhtFamilies.Both);

    /// <summary>When to call <see cref="Tick"/>, on the clock of <c>now</c>.</summary>
    public TimeSpan? NextWakeUp
    {
        get
        {
            var next = _renewals.NextWakeUp;
            foreach (var family in _families)
            {
                var wake = family.NextWakeUp;
                if (next is null || wake < next) next = wake;
            }

            return next;
        }
    }

    /// <summary>This node's endpoint of one family as others there have seen it, as
    /// <see cref="ObservedEndPoint"/>; null until then, and for a family that it does not
    /// speak.</summary>
    /// <param name="family">Which; of both, IPv4 comes first.</param>
    public DhtEndPoint? ObservedEndPointOf(DhtFamilies family)
    {
        foreach (var part in _families)
        {
            if (!family.HasFlag(part.IsIPv6 ? DhtFamilies.IPv6 : DhtFamilies.IPv4)) continue;
            if (part.ObservedEndPoint is { } observed) return observed;
        }

        return null;
    }

    /// <summary>Joins the network through contacts, and goes on trying until one answers; the
    /// operation ends then. Nothing needs to be joined for looking up: look-ups ask the contacts
    /// too while few nodes are known.</summary>
    /// <param name="contacts">Where other nodes may be.</param>
    /// <param name="now">The time.</param>
    public DhtOperation Join(ReadOnlySpan<DhtEndPoint> contacts, TimeSpan now)
    {
        var operation = _reports.Open(1);
        _joining.Add(operation);
        Span<DhtEndPoint> own = contacts.Length <= 64
            ? stackalloc DhtEndPoint[contacts.Length]
            : new DhtEndPoint[contacts.Length];
        foreach (var family in _families)
        {
            var count = 0;
            foreach (var contact in contacts)
            {
                if (contact.IsIPv4 != family.IsIPv6) own[count++] = contact;
            }

            family.Membership.Join(own[..count], now);
        }

        return operation;
    }

    /// <summary>Looks for peers; each is told once, as soon as it is heard of.</summary>
    /// <param name="infoHash">What they were announced under.</param>
    /// <param name="now">The time.</param>
    public DhtOperation GetPeers(InfoHash infoHash, TimeSpan now) =>
        Start(new LookupRequest(LookupKind.GetPeers, infoHash.Key), now);

    /// <summary>Announces this host as a peer to the nearest nodes. They forget it after half an
    /// hour or so; <see cref="KeepAnnounced"/> repeats it.</summary>
    /// <param name="infoHash">What to be found under.</param>
    /// <param name="port">The port to be reached at, or 0 for the one that datagrams come
    /// from.</param>
    /// <param name="now">The time.</param>
    /// <param name="isSeed">True for a peer that has everything (BEP 33).</param>
    public DhtOperation Announce(
        InfoHash infoHash, ushort port, TimeSpan now, bool isSeed = false) =>
        Start(AnnounceOf(infoHash, port, isSeed), now);

    /// <summary>Announces this host as a peer, and again every quarter of an hour, when many more
    /// nodes are known than the last time, and soon while nobody was reached. Each time ends with
    /// <see cref="KademliaEventKind.Renewed"/>; <see cref="Cancel"/> ends it.</summary>
    /// <param name="infoHash">What to be found under.</param>
    /// <param name="port">The port to be reached at, or 0 for the one that datagrams come
    /// from.</param>
    /// <param name="now">The time.</param>
    /// <param name="isSeed">True for a peer that has everything (BEP 33).</param>
    public DhtOperation KeepAnnounced(
        InfoHash infoHash, ushort port, TimeSpan now, bool isSeed = false) =>
        Keep(AnnounceOf(infoHash, port, isSeed), now);

    /// <summary>Estimates how many peers there are (BEP 33); the numbers come with the end.
    /// </summary>
    /// <param name="infoHash">What they were announced under.</param>
    /// <param name="now">The time.</param>
    public DhtOperation Scrape(InfoHash infoHash, TimeSpan now) =>
        Start(new LookupRequest(LookupKind.Scrape, infoHash.Key), now);

    /// <summary>Looks for an item (BEP 44). An immutable one ends the operation; of a mutable one
    /// each version is told that is newer than those before, and the last is the newest there
    /// is. What does not verify is not told.</summary>
    /// <param name="target">Where it is kept, from <see cref="DhtItem"/>.</param>
    /// <param name="salt">The salt of a mutable item, or none.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ArgumentException">The salt has more than 64 bytes.</exception>
    public DhtOperation GetItem(NodeId target, ReadOnlySpan<byte> salt, TimeSpan now)
    {
        DhtItem.CheckSalt(salt);
        return Start(new LookupRequest(LookupKind.GetItem, target) { Salt = salt.ToArray() }, now);
    }

    /// <summary>Stores an item with the nearest nodes (BEP 44), which keep it for two hours. If a
    /// newer version is found, that is told and nothing is stored.</summary>
    /// <param name="item">Ours, or anybody's.</param>
    /// <param name="now">The time.</param>
    /// <param name="replaces">Store it only where the version is this one (<c>cas</c>); null for
    /// wherever it is older.</param>
    public DhtOperation PutItem(DhtItem item, TimeSpan now, long? replaces = null) =>
        Start(PutOf(item) with { Cas = replaces }, now);

    /// <summary>Stores an item, and again every hour, when many more nodes are known than the last
    /// time, and soon while nobody was reached. Each time ends with
    /// <see cref="KademliaEventKind.Renewed"/>; <see cref="Cancel"/> ends it.</summary>
    /// <param name="item">Ours, or anybody's.</param>
    /// <param name="now">The time.</param>
    public DhtOperation KeepItem(DhtItem item, TimeSpan now) => Keep(PutOf(item), now);

    /// <summary>Asks the nodes around a point for info-hashes (BEP 51).</summary>
    /// <param name="target">The point.</param>
    /// <param name="now">The time.</param>
    public DhtOperation SampleInfoHashes(NodeId target, TimeSpan now) =>
        Start(new LookupRequest(LookupKind.Sample, target), now);

    /// <summary>Asks an endpoint whether a node is there: it is told, and the operation ends with a
    /// count of 1; or 0 after <see cref="KademliaOptions.HardTimeout"/>, and at once for an
    /// endpoint that cannot be asked.</summary>
    /// <param name="to">The endpoint.</param>
    /// <param name="now">The time.</param>
    public DhtOperation Ping(DhtEndPoint to, TimeSpan now)
    {
        var operation = _reports.Open(1);
        if (FamilyOf(to) is { } family) family.Ping(operation, to, now);
        else _reports.Ended(operation, default);
        return operation;
    }

    /// <summary>Looks for the nodes nearest to a point; each is told at the end, nearest first in
    /// its family.</summary>
    /// <param name="target">The point.</param>
    /// <param name="now">The time.</param>
    public DhtOperation FindNode(NodeId target, TimeSpan now) =>
        Start(new LookupRequest(LookupKind.FindNode, target), now);

    /// <summary>Ends an operation without an event; one that has ended is ignored.</summary>
    /// <param name="operation">Which.</param>
    public void Cancel(DhtOperation operation)
    {
        _reports.Cancel(operation);
        _renewals.Cancel(operation);
        _joining.Remove(operation);
        foreach (var family in _families) family.Cancel(operation);
    }

    /// <summary>The nodes that it knows, to be given to <see cref="TryRestore"/> of a later run, so
    /// that it joins without contacts and at once. This node's own ID is not among
    /// them.</summary>
    public byte[] Save() => SavedTable.Write(_families.SelectMany(family => family.Table.Good()));

    /// <summary>True when bytes begin as those of <see cref="Save"/> do, damaged or not: nothing else has to be
    /// written over.</summary>
    public static bool IsSaved(ReadOnlySpan<byte> bytes) => SavedTable.IsOne(bytes);

    /// <summary>Takes over nodes of an earlier run; each has to answer before it is kept.</summary>
    /// <param name="saved">What <see cref="Save"/> gave.</param>
    /// <param name="now">The time.</param>
    /// <param name="error">One line for people when it is damaged or something else; the node goes
    /// on without it. Null on success.</param>
    public bool TryRestore(
        ReadOnlySpan<byte> saved, TimeSpan now, [NotNullWhen(false)] out string? error)
    {
        List<CompactNode> nodes = [];
        if (!SavedTable.TryRead(saved, nodes, out error)) return false;
        foreach (var node in nodes)
        {
            if (FamilyOf(node.EndPoint) is { } family) family.Membership.Restore(node, now);
        }

        return true;
    }

    /// <summary>Takes a datagram. Whatever it holds, this does not throw.</summary>
    /// <param name="datagram">Its bytes, not kept.</param>
    /// <param name="from">Where it came from.</param>
    /// <param name="now">The time.</param>
    public void Receive(ReadOnlySpan<byte> datagram, DhtEndPoint from, TimeSpan now)
    {
        Counters.DatagramsReceived++;
        Counters.BytesReceived += datagram.Length;
        if (FamilyOf(from) is not { } family)
            Counters.Drop(DhtDrop.UnusableSource);
        else if (datagram.Length > MaxReceivedBytes
            || !KrpcMessage.TryRead(datagram, out var message))
            Counters.Drop(DhtDrop.Malformed);
        else if (message.Kind == KrpcKind.Query)
            family.ReceiveQuery(message, from, now);
        else
            family.ReceiveResponse(message, from, now);
    }

    /// <summary>Writes the next datagram to send; false when there is none.</summary>
    /// <param name="destination">At least <see cref="MaxDatagramBytes"/> bytes.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="to">Where it goes.</param>
    public bool TryTransmit(Span<byte> destination, out int length, out DhtEndPoint to) =>
        _outbox.TryTake(destination, out length, out to);

    /// <summary>Takes the next event; false when there is none.</summary>
    /// <param name="e">The event.</param>
    public bool TryTake(out KademliaEvent e) => _reports.TryTake(out e);

    /// <summary>Does what is due: time-outs, joining, refreshing, storing again, forgetting.
    /// </summary>
    /// <param name="now">The time.</param>
    public void Tick(TimeSpan now)
    {
        foreach (var family in _families) family.Tick(now);
        _stores.Tick(now);
        while (_renewals.TryTakeDue(RoutingTableSize, now, out var operation, out var request))
        {
            foreach (var family in _families) family.Cancel(operation);
            _reports.Reopen(operation, _families.Length);
            foreach (var family in _families) family.Start(operation, request!, now);
        }
    }

    private static LookupRequest AnnounceOf(InfoHash infoHash, ushort port, bool isSeed) =>
        new(LookupKind.Announce, infoHash.Key) { Port = port, IsSeed = isSeed };

    private static LookupRequest PutOf(DhtItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new LookupRequest(LookupKind.PutItem, item.Target) { Item = item };
    }

    private DhtOperation Start(LookupRequest request, TimeSpan now)
    {
        var operation = _reports.Open(_families.Length);
        foreach (var family in _families) family.Start(operation, request, now);
        return operation;
    }

    private DhtOperation Keep(LookupRequest request, TimeSpan now)
    {
        var operation = _reports.Open(_families.Length, lasts: true);
        _renewals.Add(operation, request, RoutingTableSize, now);
        foreach (var family in _families) family.Start(operation, request, now);
        return operation;
    }

    private FamilyNode? FamilyOf(DhtEndPoint endPoint)
    {
        if (!endPoint.IsUsable) return null;
        foreach (var family in _families)
        {
            if (family.IsIPv6 != endPoint.IsIPv4) return family;
        }

        return null;
    }

    private void Joined(int alive)
    {
        foreach (var operation in _joining)
            _reports.Ended(operation, new LookupOutcome(alive));
        _joining.Clear();
    }
}
