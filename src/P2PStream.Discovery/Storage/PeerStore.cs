namespace P2PStream.Discovery;

/// <summary>The peers announced to this node, with a lifetime and limits per info-hash, per
/// announcing address and in all. Local addresses have no limit of their own: many honest nodes
/// share them.</summary>
internal sealed class PeerStore(KademliaOptions options)
{
    private readonly Dictionary<InfoHash, List<StoredPeer>> _peers = [];
    private readonly Dictionary<DhtEndPoint, int> _perAddress = [];

    // Sweeping walks a list, since the order in which a dictionary enumerates must decide nothing.
    private readonly List<InfoHash> _keys = [];

    public int InfoHashCount => _keys.Count;

    /// <summary>Keeps a peer, or keeps it longer. False when a limit forbids it.</summary>
    public bool TryAdd(InfoHash infoHash, DhtEndPoint peer, TimeSpan now)
    {
        var announcer = peer.Host;
        if (!_peers.TryGetValue(infoHash, out var list))
        {
            if (_keys.Count >= options.MaxInfoHashes || IsExhausted(announcer)) return false;
            list = [];
            _peers.Add(infoHash, list);
            _keys.Add(infoHash);
        }

        var stored = new StoredPeer(peer, now + options.PeerLifetime);
        var known = IndexOf(list, peer);
        if (known >= 0)
        {
            list.RemoveAt(known);
            list.Add(stored);
            return true;
        }

        if (IsExhausted(announcer)) return false;
        // The list is in order of expiry, so the first is the one that was renewed least recently.
        if (list.Count >= options.MaxPeersPerInfoHash) Forget(list, 0);
        list.Add(stored);
        _perAddress[announcer] = _perAddress.GetValueOrDefault(announcer) + 1;
        return true;
    }

    /// <summary>Fills a span with peers, a random run of them when there are more, and returns how
    /// many.</summary>
    public int Get(InfoHash infoHash, TimeSpan now, SeededRandom random, Span<DhtEndPoint> peers)
    {
        if (!_peers.TryGetValue(infoHash, out var list)) return 0;
        var first = 0;
        while (first < list.Count && list[first].Expires <= now) first++;
        var live = list.Count - first;
        var count = Math.Min(live, peers.Length);
        var start = count < live ? random.Next(live) : 0;
        for (var i = 0; i < count; i++) peers[i] = list[first + (start + i) % live].EndPoint;
        return count;
    }

    /// <summary>Forgets what has expired.</summary>
    public void Sweep(TimeSpan now)
    {
        for (var i = _keys.Count - 1; i >= 0; i--)
        {
            var list = _peers[_keys[i]];
            while (list.Count > 0 && list[0].Expires <= now) Forget(list, 0);
            if (list.Count > 0) continue;
            _peers.Remove(_keys[i]);
            _keys.RemoveAt(i);
        }
    }

    private void Forget(List<StoredPeer> list, int index)
    {
        var announcer = list[index].EndPoint.Host;
        list.RemoveAt(index);
        if (_perAddress[announcer] == 1) _perAddress.Remove(announcer);
        else _perAddress[announcer]--;
    }

    private bool IsExhausted(DhtEndPoint announcer) => !announcer.IsLocal
        && _perAddress.GetValueOrDefault(announcer) >= options.MaxPeersPerAddress;

    private static int IndexOf(List<StoredPeer> list, DhtEndPoint peer)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i].EndPoint == peer) return i;
        }

        return -1;
    }
}
