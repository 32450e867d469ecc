using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Leaf lists of what the windows have not reached yet: 0.2 % of the media. With them the viewers need no
/// publisher to relay blocks one by one; without, a segment could be passed on only as a whole.
/// </summary>
internal sealed class LeavesAhead(SwarmState state, PlaybackWindow window)
{
    /// <summary>Lists ahead of one window, at most: those of 1 GiB of media.</summary>
    private const long MostBytes = 2L << 20;

    /// <summary>That much is asked for at once, beside blocks that a player may be waiting for: the lists of
    /// 32 MiB of media.</summary>
    private const long AtStart = 64 << 10;

    /// <summary>After that so much of what is delivered, eight times what the lists come to.</summary>
    private const int ShareOfDelivered = 64;

    /// <summary>Questions at once: the lists of the windows themselves come first.</summary>
    private const int AtOnce = 8;

    /// <summary>So many viewers are asked before the publisher, whose bandwidth is the dearest.</summary>
    private const int ViewersFirst = 3;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly PendingFetches<(SegmentId Segment, ushort Part)> _wanted =
        new(Timeout, AtOnce, asksOnce: true);

    /// <summary>Made once: this runs with every turn of the swarm.</summary>
    private Func<(SegmentId Segment, ushort Part), List<int>, int>? _choose;

    /// <summary>Bytes of all lists asked for.</summary>
    private long _asked;

    /// <summary>By track: the first sequence that has not been asked for.</summary>
    private readonly Dictionary<ushort, ulong> _next = [];

    public bool Contains((SegmentId Segment, ushort Part) key) => _wanted.Contains(key);

    public void Known((SegmentId Segment, ushort Part) key) => _wanted.Remove(key);

    public void Refused((SegmentId Segment, ushort Part) key, int peer) => _wanted.Refused(key, peer);

    public void PeerLeft(int peer) => _wanted.PeerLeft(peer);

    /// <summary>A new epoch names all segments anew.</summary>
    public void Reset()
    {
        _wanted.Clear();
        _next.Clear();
    }

    /// <summary>Asks for the next lists.</summary>
    public void Advance(TimeSpan now, Action<(SegmentId Segment, ushort Part), int> ask)
    {
        if (state.Peers.Count == 0 || state.Authority is not { } authority) return;
        foreach (var lane in window.Lanes)
            if (lane.Track.Kind != TrackKind.Initialization) Want(lane, authority.Catalog.Epoch);
        _wanted.Assign(now, _choose ??= Choose, ask);
    }

    private void Want(TrackLane lane, uint epoch)
    {
        var next = Math.Max(_next.GetValueOrDefault(lane.Track.Id), lane.Next);
        while (_wanted.Count < AtOnce && _asked <= AtStart + state.Counters.BytesDelivered / ShareOfDelivered
            && state.Records.Find(new SegmentId(epoch, lane.Track.Id, next)) is { } record)
        {
            // As if all were as large as this one.
            var distance = (long)Math.Min(next - lane.Next, int.MaxValue);
            var bytes = distance * record.Blocks() * Hash256.Size;
            if (bytes > 2 * MostBytes)
            {
                // After a jump back: what lies between is to be asked for.
                next = lane.Next;
                continue;
            }

            if (bytes > MostBytes) break;
            for (ushort part = 0; part < record.Parts.Count; part++)
            {
                if (state.Leaves.Contains(record.Id, part)) continue;
                _wanted.Add((record.Id, part));
                _asked += (long)record.Parts[part].Blocks * Hash256.Size;
            }

            next++;
        }

        _next[lane.Track.Id] = next;
    }

    /// <summary>Viewers first, those that have the segment before others; then whoever publishes.</summary>
    private int Choose((SegmentId Segment, ushort Part) key, List<int> tried)
    {
        int viewer = -1, publisher = -1;
        foreach (var peer in state.Peers)
        {
            if (tried.Contains(peer.Number)) continue;
            if (!peer.IsViewer) publisher = peer.Number;
            else if (viewer < 0 || peer.HasSegment(key.Segment)) viewer = peer.Number;
        }

        var isViewersTurn = tried.Count < ViewersFirst || publisher < 0;
        return isViewersTurn && viewer >= 0 ? viewer : publisher >= 0 ? publisher : viewer;
    }
}
