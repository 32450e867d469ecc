using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Peers that ask for a leaf list that has been asked for here and has not come: they are given it when it
/// comes, and need ask nobody else.</summary>
internal sealed class AwaitedLeaves(SwarmState state)
{
    /// <summary>Peers waiting, for all lists together.</summary>
    private const int MostWaiting = 256;

    private readonly List<(int Peer, SegmentId Segment, ushort Part)> _waiting = [];

    /// <returns>False when it is not waited for: too many do.</returns>
    public bool TryAdd(SwarmPeer peer, BlockId part)
    {
        if (_waiting.Contains((peer.Number, part.Segment, part.Part))) return true;
        if (_waiting.Count >= MostWaiting) return false;
        _waiting.Add((peer.Number, part.Segment, part.Part));
        return true;
    }

    public void PeerLeft(int peer) => _waiting.RemoveAll(waiting => waiting.Peer == peer);

    /// <summary>A list has come, or is not wanted here any more.</summary>
    public void Answer(SegmentId segment, ushort part)
    {
        if (_waiting.Count == 0) return;
        var leaves = state.Leaves.Find(segment, part);
        var kept = 0;
        for (var i = 0; i < _waiting.Count; i++)
        {
            var waiting = _waiting[i];
            if (waiting.Segment != segment || waiting.Part != part) _waiting[kept++] = waiting;
            else if (state.Peer(waiting.Peer) is { } peer)
                state.Emit(peer, new SessionCommand
                {
                    Kind = SessionCommandKind.SendLeaves,
                    Block = new BlockId(segment, part, 0),
                    Payload = leaves,
                });
        }

        _waiting.RemoveRange(kept, _waiting.Count - kept);
    }
}
