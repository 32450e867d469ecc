using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// How the blocks of one part are dealt among the viewers that want it: one after the other, in the order
/// of their identities. Everyone works that out from what it hears anyway; no message says it.
/// </summary>
internal sealed class PartShare(LaneEntry entry)
{
    /// <summary>Blocks are dealt so many at a time, 64 KiB, what one write to a link carries: told of, asked
    /// for and sent one by one, they cost CPU time.</summary>
    private const int Hand = 4;

    /// <summary>Viewers' windows are a few pieces apart and each hears of the others' a moment later. Who is
    /// about to come to a piece, or just past it, shares it: otherwise all would deal it otherwise.</summary>
    private const ulong Apart = 2;

    private readonly List<SwarmPeer> _sharers = [];
    private readonly bool[] _offered = new bool[entry.Blocks];
    private int _turn;

    /// <summary>True when the picker is yet to be told how it is dealt now.</summary>
    public bool IsStale { get; set; } = true;

    /// <summary>Givers may be asked for blocks that so many others are to fetch before this node.</summary>
    public int Reach { get; private set; }

    /// <summary>Viewers that share it, this one included.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>True for a peer that has the whole part and wants nothing: only what such peers send comes
    /// in from outside, and each block need come in once.</summary>
    public bool IsGiver(SwarmPeer peer) =>
        peer.HasSegment(entry.Segment.Id) && !_sharers.Contains(peer);

    /// <summary>True when givers may be asked for a block.</summary>
    public bool MayAsk(int block) => _offered[block] || Rank(block) <= Reach;

    /// <summary>How many others are to fetch a block before this node does.</summary>
    public int Rank(int block) => Rank(block, out _);

    /// <summary>How many others are to fetch a block before this node does. Of an owner's hands each other
    /// sharer is the second in line for as many: if it falls behind, all take over from it alike.</summary>
    /// <param name="block">The block.</param>
    /// <param name="owner">Whose turn it is, by how many sharers after this node; 0: its own.</param>
    public int Rank(int block, out int owner)
    {
        var hands = (ulong)((entry.Blocks + Hand - 1) / Hand);
        var (round, turn) = Math.DivRem(
            entry.Segment.Id.Sequence * hands + (ulong)(block / Hand), (ulong)Count);
        owner = (int)turn >= _turn ? (int)turn - _turn : (int)turn - _turn + Count;
        if (owner == 0) return 0;
        var others = Count - 1;
        return 1 + (int)(((ulong)(others - owner) + round) % (ulong)others);
    }

    /// <summary>Lets givers be asked for a block that is another's to fetch.</summary>
    /// <returns>False when they might be asked already.</returns>
    public bool Offer(int block)
    {
        if (MayAsk(block)) return false;
        return _offered[block] = true;
    }

    /// <summary>Lets givers be asked for more of it.</summary>
    /// <returns>False when they might be asked already.</returns>
    public bool ReachFor(int ranks)
    {
        if (ranks <= Reach || Reach >= Count - 1) return false;
        Reach = ranks;
        return IsStale = true;
    }

    /// <summary>Looks who shares it now.</summary>
    public void Update(PeerId self, List<SwarmPeer> peers, TimeSpan now)
    {
        for (var i = _sharers.Count - 1; i >= 0; i--)
        {
            if (Shares(_sharers[i], now)) continue;
            _sharers.RemoveAt(i);
            IsStale = true;
        }

        foreach (var peer in peers)
        {
            if (_sharers.Contains(peer) || !Shares(peer, now)) continue;
            _sharers.Add(peer);
            IsStale = true;
        }

        Count = 1 + _sharers.Count;
        _turn = 0;
        foreach (var peer in _sharers)
            if (peer.Id.Value.Prefix < self.Value.Prefix) _turn++;
    }

    /// <summary>Who has the whole part by now and wants what follows stays: otherwise what is left would be
    /// dealt anew while it is on its way.</summary>
    private bool Shares(SwarmPeer peer, TimeSpan now)
    {
        var id = entry.Segment.Id;
        return !peer.HasLeft && peer.IsViewer && (peer.IsNear(id, Apart) || peer.IsNew(now)
            || (_sharers.Contains(peer) && peer.HasSegment(id)));
    }
}
