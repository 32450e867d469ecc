namespace P2PStream.Discovery;

/// <summary>The peers announced to this node, with a lifetime and limits per info-hash, per
/// announcing node (<see cref="DhtEndPoint.Place"/>) and in all. Local addresses have no limit of
/// their own: many honest nodes share them. When it is full, the info-hash farthest from our own ID
/// gives way to a nearer one: those are the ones that others look for here.</summary>
internal sealed class PeerStore(KademliaOptions options)
{
    /// <summary>Peers of one announcer under one info-hash, or a few could push out all others.
    /// </summary>
    private const int MaxPorts = 4;

    private readonly Dictionary<InfoHash, List<StoredPeer>> _peers = [];
    private readonly Dictionary<DhtEndPoint, int> _perAnnouncer = [];

    // Sweeping walks a list, since the order in which a dictionary enumerates must decide nothing.
    private readonly List<InfoHash> _keys = [];

    public int InfoHashCount => _keys.Count;

    /// <summary>Peers in all.</summary>
    public int Count { get; private set; }

    /// <summary>Keeps a peer, or keeps it longer. False when a limit forbids it.</summary>
    public bool TryAdd(
        InfoHash infoHash, DhtEndPoint peer, NodeId self, TimeSpan now, bool isSeed = false)
    {
        var announcer = peer.Place;
        var isFull = Count >= options.MaxPeers;
        if (!_peers.TryGetValue(infoHash, out var list))
        {
            if (IsExhausted(announcer) || !TryMakeRoom(infoHash, self, isFull)) return false;
            isFull = false;
            list = [];
            _peers.Add(infoHash, list);
            _keys.Add(infoHash);
        }

        var expires = now + options.PeerLifetime;
        var known = IndexOf(list, peer);
        if (known >= 0)
        {
            var renewed = list[known] with { Expires = expires, IsSeed = isSeed };
            list.RemoveAt(known);
            list.Add(renewed);
            return true;
        }

        if (IsExhausted(announcer) || HasManyPorts(list, announcer)) return false;
        // The list is in order of expiry, so the first is the one that was renewed least recently.
        if (isFull || list.Count >= options.MaxPeersPerInfoHash) Forget(list, 0);
        list.Add(new StoredPeer(peer, expires, BloomFilter.BitsOf(peer), isSeed));
        Count++;
        _perAnnouncer[announcer] = _perAnnouncer.GetValueOrDefault(announcer) + 1;
        return true;
    }

    /// <summary>Fills a span with peers, a random run of them when there are more, and returns how
    /// many.</summary>
    /// <param name="infoHash">What they were announced under.</param>
    /// <param name="now">The time.</param>
    /// <param name="random">Where the run begins.</param>
    /// <param name="peers">The result.</param>
    /// <param name="noSeeds">Leaves out who has everything.</param>
    /// <param name="asker">Who is to be told of them, which does not hear of local ones if it comes
    /// from afar; null for ourselves.</param>
    public int Get(InfoHash infoHash, TimeSpan now, SeededRandom random, Span<DhtEndPoint> peers,
        bool noSeeds = false, DhtEndPoint? asker = null)
    {
        if (!_peers.TryGetValue(infoHash, out var list)) return 0;
        var first = 0;
        while (first < list.Count && list[first].Expires <= now) first++;
        var live = list.Count - first;
        var start = live > peers.Length ? random.Next(live) : 0;
        var count = 0;
        for (var i = 0; i < live && count < peers.Length; i++)
        {
            var peer = list[first + (start + i) % live];
            if (noSeeds && peer.IsSeed) continue;
            if (asker?.MayName(peer.EndPoint) != false) peers[count++] = peer.EndPoint;
        }

        return count;
    }

    /// <summary>Enters the peers of an info-hash into the filters of BEP 33; false when there are
    /// none.</summary>
    public bool TryFilter(InfoHash infoHash, TimeSpan now, Span<byte> seeds, Span<byte> others)
    {
        if (!_peers.TryGetValue(infoHash, out var list)) return false;
        var isAny = false;
        foreach (var peer in list)
        {
            if (peer.Expires <= now) continue;
            BloomFilter.Add(peer.IsSeed ? seeds : others, peer.FilterBits);
            isAny = true;
        }

        return isAny;
    }

    /// <summary>Fills a span with a random run of info-hashes and returns how many.</summary>
    public int Sample(SeededRandom random, Span<InfoHash> sample)
    {
        var count = Math.Min(sample.Length, _keys.Count);
        var start = count < _keys.Count ? random.Next(_keys.Count) : 0;
        for (var i = 0; i < count; i++) sample[i] = _keys[(start + i) % _keys.Count];
        return count;
    }

    /// <summary>Forgets what has expired.</summary>
    public void Sweep(TimeSpan now)
    {
        for (var i = _keys.Count - 1; i >= 0; i--)
        {
            var list = _peers[_keys[i]];
            while (list.Count > 0 && list[0].Expires <= now) Forget(list, 0);
            if (list.Count == 0) Remove(i);
        }
    }

    private bool TryMakeRoom(InfoHash infoHash, NodeId self, bool isFull)
    {
        if (_keys.Count < options.MaxInfoHashes && !isFull) return true;
        var farthest = 0;
        for (var i = 1; i < _keys.Count; i++)
        {
            if (_keys[farthest].Key.IsCloserThan(_keys[i].Key, self)) farthest = i;
        }

        if (!infoHash.Key.IsCloserThan(_keys[farthest].Key, self)) return false;
        var list = _peers[_keys[farthest]];
        while (list.Count > 0) Forget(list, list.Count - 1);
        Remove(farthest);
        return true;
    }

    private void Remove(int index)
    {
        _peers.Remove(_keys[index]);
        _keys.RemoveAt(index);
    }

    private void Forget(List<StoredPeer> list, int index)
    {
        var announcer = list[index].EndPoint.Place;
        list.RemoveAt(index);
        Count--;
        if (_perAnnouncer[announcer] == 1) _perAnnouncer.Remove(announcer);
        else _perAnnouncer[announcer]--;
    }

    private bool IsExhausted(DhtEndPoint announcer) => !announcer.IsLocal
        && _perAnnouncer.GetValueOrDefault(announcer) >= options.MaxPeersPerAddress;

    private static bool HasManyPorts(List<StoredPeer> list, DhtEndPoint announcer)
    {
        if (announcer.IsLocal) return false;
        var ports = 0;
        foreach (var peer in list)
        {
            if (peer.EndPoint.Place == announcer) ports++;
        }

        return ports >= MaxPorts;
    }

    private static int IndexOf(List<StoredPeer> list, DhtEndPoint peer)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i].EndPoint == peer) return i;
        }

        return -1;
    }
}
