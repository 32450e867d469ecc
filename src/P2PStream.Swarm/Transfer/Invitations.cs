using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Who was sent away when it asked for a further copy of a block. Once nobody asks for anything they are
/// told again that the block is here, those first of whose block there are fewest copies.</summary>
internal sealed class Invitations
{
    /// <summary>The oldest are forgotten beyond that: they have asked elsewhere.</summary>
    private const int MostGuests = 1024;

    /// <summary>Who has as many takes nobody else's place.</summary>
    private const int MostOfOne = MostGuests / 16;

    /// <summary>So long after an invitation its guest has asked, or will not.</summary>
    private static readonly TimeSpan Answer = TimeSpan.FromMilliseconds(200);

    private readonly List<Guest> _guests = [];
    private readonly Queue<TimeSpan> _sent = new();

    public int Count => _guests.Count;

    /// <param name="peer">Who asked.</param>
    /// <param name="block">What for.</param>
    /// <param name="copies">The copies of the blocks of its part, which go on being counted there.</param>
    public void Add(SwarmPeer peer, BlockId block, byte[] copies)
    {
        if (_guests.Exists(guest => guest.Peer == peer && guest.Block == block)) return;
        // Most have their block soon, from elsewhere: they make room before there is more of it.
        if (_guests.Count == _guests.Capacity) ForgetGone();
        if (_guests.Count >= MostGuests) _guests.RemoveAt(PlaceFor(peer));
        _guests.Add(new Guest(peer, block, copies));
    }

    /// <summary>Takes the next that still wants its block, unless so many are expected to ask by now.</summary>
    public bool TryTake(int most, TimeSpan now, out SwarmPeer peer, out BlockId block)
    {
        (peer, block) = (null!, default);
        while (_sent.TryPeek(out var at) && at + Answer <= now) _sent.Dequeue();
        if (_sent.Count >= most) return false;
        ForgetGone();
        var best = -1;
        for (var i = 0; i < _guests.Count; i++)
            if (best < 0 || _guests[i].Copies < _guests[best].Copies) best = i;
        if (best < 0) return false;
        (peer, block, _) = _guests[best];
        _guests.RemoveAt(best);
        _sent.Enqueue(now);
        return true;
    }

    private void ForgetGone() => _guests.RemoveAll(static guest => !guest.IsWaiting);

    /// <summary>Whose place a guest takes when all are taken: its own oldest, if it has its part of them.</summary>
    private int PlaceFor(SwarmPeer peer)
    {
        var (own, oldest) = (0, 0);
        for (var i = _guests.Count - 1; i >= 0; i--)
            if (_guests[i].Peer == peer) (own, oldest) = (own + 1, i);
        return own >= MostOfOne ? oldest : 0;
    }

    private readonly record struct Guest(SwarmPeer Peer, BlockId Block, byte[] InPart)
    {
        public int Copies => InPart[Block.Index];

        public bool IsWaiting => !Peer.HasLeft && Peer.Wants(Block.Segment) && !Peer.HasBlock(Block);
    }
}
