using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Fetches the leaf lists of wanted parts ahead of their blocks, from whoever has them, so that a
/// block can be relayed as soon as it has arrived. <see cref="LeavesAhead"/> says which others are worth
/// having.
/// </summary>
internal sealed class LeafFetcher(SwarmState state, LeavesAhead ahead)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private readonly PendingFetches<(SegmentId Segment, ushort Part)> _wanted = new(Timeout, limit: 64);

    // Made once: this runs with every turn of the swarm.
    private Func<(SegmentId Segment, ushort Part), bool>? _isOver;
    private Func<(SegmentId Segment, ushort Part), List<int>, int>? _choose;
    private Action<(SegmentId Segment, ushort Part), int>? _ask;

    /// <summary>True when a list is newly wanted.</summary>
    public bool HasNews { get; private set; }

    public void Want(SegmentId segment, ushort part)
    {
        if (state.Leaves.Contains(segment, part) || _wanted.Contains((segment, part))) return;
        _wanted.Add((segment, part));
        HasNews = true;
    }

    public void Known(SegmentId segment, ushort part) => _wanted.Remove((segment, part));

    public void PeerLeft(SwarmPeer peer)
    {
        _wanted.PeerLeft(peer.Number);
        ahead.PeerLeft(peer.Number);
    }

    public void Serve(SwarmPeer peer, BlockId part)
    {
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.SendLeaves,
            Block = part,
            Payload = state.Leaves.Find(part.Segment, part.Part),
        });
    }

    /// <summary>A leaf list arrived, or word that there is none.</summary>
    /// <returns>True when it is now known.</returns>
    public bool Receive(SwarmPeer peer, BlockId part, ReadOnlyMemory<byte> list)
    {
        var key = (part.Segment, part.Part);
        if (list.IsEmpty)
        {
            _wanted.Refused(key, peer.Number);
            ahead.Refused(key, peer.Number);
            return false;
        }

        if (!(_wanted.Contains(key) || ahead.Contains(key)) || state.Records.Find(part.Segment) is not { } record) return false;
        if (part.Part >= record.Parts.Count
            || !ContentTree.VerifyLeaves(list.Span, record.Parts[part.Part]))
        {
            state.Ban(peer);
            return false;
        }

        state.AddLeaves(part.Segment, part.Part, list);
        _wanted.Remove(key);
        ahead.Known(key);
        return true;
    }

    public void Advance(TimeSpan now)
    {
        HasNews = false;
        _ask ??= Ask;
        _wanted.RemoveWhere(_isOver ??= IsOver);
        _wanted.Assign(now, _choose ??= Choose, _ask);
        ahead.Advance(now, _ask);
    }

    private bool IsOver((SegmentId Segment, ushort Part) key) => !state.IsNeeded(key.Segment);

    private void Ask((SegmentId Segment, ushort Part) key, int number) =>
        state.Emit(state.Peer(number)!, new SessionCommand
        {
            Kind = SessionCommandKind.WantLeaves,
            Block = new BlockId(key.Segment, key.Part, 0),
        });

    /// <summary>Who has the segment has its leaves; a publisher has them all.</summary>
    private int Choose((SegmentId Segment, ushort Part) key, List<int> tried)
    {
        var chosen = -1;
        foreach (var peer in state.Peers)
        {
            if (tried.Contains(peer.Number)) continue;
            if (peer.HasSegment(key.Segment) || !peer.IsViewer) return peer.Number;
            chosen = peer.Number;
        }

        return chosen;
    }
}
