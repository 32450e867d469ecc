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

    /// <summary>So long a viewer may take with a list of a live stream, which it may be waiting for itself.</summary>
    private static readonly TimeSpan RelayTimeout = TimeSpan.FromMilliseconds(300);

    /// <summary>So many of those who told of a live segment are asked for its lists before its publisher.</summary>
    private const int TellersFirst = 2;

    private readonly PendingFetches<(SegmentId Segment, ushort Part)> _wanted = new(Timeout, limit: 64);

    private readonly AwaitedLeaves _awaited = new(state);

    // Made once: this runs with every turn of the swarm.
    private Func<(SegmentId Segment, ushort Part), bool>? _isOver;
    private Func<(SegmentId Segment, ushort Part), List<int>, int>? _choose;
    private Action<(SegmentId Segment, ushort Part), int>? _ask;
    private Func<(SegmentId Segment, ushort Part), int, TimeSpan>? _patience;

    /// <summary>True when a list is newly wanted.</summary>
    public bool HasNews { get; private set; }

    public void Want(SegmentId segment, ushort part)
    {
        if (state.Leaves.Contains(segment, part) || _wanted.Contains((segment, part))) return;
        _wanted.Add((segment, part));
        HasNews = true;
    }

    public void Known(SegmentId segment, ushort part)
    {
        _wanted.Remove((segment, part));
        _awaited.Answer(segment, part);
    }

    public void PeerLeft(SwarmPeer peer)
    {
        _wanted.PeerLeft(peer.Number);
        _awaited.PeerLeft(peer.Number);
        ahead.PeerLeft(peer.Number);
    }

    public void Serve(SwarmPeer peer, BlockId part)
    {
        if (IsLive(part.Segment) && _wanted.Contains((part.Segment, part.Part))
            && _awaited.TryAdd(peer, part)) return;
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

        if (!(_wanted.Contains(key) || ahead.Contains(key) || IsNews(key))
            || state.Records.Find(part.Segment) is not { } record) return false;
        if (part.Part >= record.Parts.Count
            || !ContentTree.VerifyLeaves(list.Span, record.Parts[part.Part]))
        {
            state.Ban(peer);
            return false;
        }

        state.AddLeaves(part.Segment, part.Part, list);
        Known(part.Segment, part.Part);
        ahead.Known(key);
        return true;
    }

    public void Advance(TimeSpan now)
    {
        HasNews = false;
        _ask ??= Ask;
        _wanted.RemoveWhere(_isOver ??= IsOver);
        _wanted.Assign(now, _choose ??= Choose, _ask, _patience ??= Patience);
        ahead.Advance(now, _ask);
    }

    private bool IsOver((SegmentId Segment, ushort Part) key)
    {
        if (state.IsNeeded(key.Segment)) return false;
        _awaited.Answer(key.Segment, key.Part);
        return true;
    }

    /// <summary>True for what a publisher tells of unasked.</summary>
    private bool IsNews((SegmentId Segment, ushort Part) key) =>
        IsLive(key.Segment) && !state.Leaves.Contains(key.Segment, key.Part);

    private bool IsLive(SegmentId segment) => state.Track(segment.Track) is { Ended: false };

    private TimeSpan Patience((SegmentId Segment, ushort Part) key, int number) =>
        IsLive(key.Segment) && state.Peer(number)?.IsViewer == true ? RelayTimeout : Timeout;

    private void Ask((SegmentId Segment, ushort Part) key, int number) =>
        state.Emit(state.Peer(number)!, new SessionCommand
        {
            Kind = SessionCommandKind.WantLeaves,
            Block = new BlockId(key.Segment, key.Part, 0),
        });

    /// <summary>Who has the segment has its leaves; a publisher has them all. It is not asked first for those of a live
    /// stream: all would ask it at the same time, and who told of the segment has them just as soon.</summary>
    private int Choose((SegmentId Segment, ushort Part) key, List<int> tried)
    {
        var isRelayed = IsLive(key.Segment);
        var asksTellers = isRelayed && tried.Count < TellersFirst;
        int giver = -1, having = -1, other = -1;
        foreach (var peer in state.Peers)
        {
            if (tried.Contains(peer.Number)) continue;
            if (asksTellers && peer.IsViewer && peer.HasTold(key.Segment)) return peer.Number;
            if (!peer.IsViewer) giver = peer.Number;
            else if (peer.HasSegment(key.Segment)) having = peer.Number;
            else other = peer.Number;
            if (!isRelayed && (giver >= 0 || having >= 0)) return peer.Number;
        }

        return giver >= 0 ? giver : having >= 0 ? having : other;
    }
}
