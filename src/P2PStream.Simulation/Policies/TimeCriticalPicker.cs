using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>
/// libtorrent's time-critical picker: once a second, pieces by deadline, each block from the peer
/// with the shortest download queue time, until that is more than 2 s; the slowest tenth of the
/// peers is left out; a piece that took longer than average + deviation / 2 has timed out and earns
/// a second request a block. Written from libtorrent's docs/streaming.rst, not from its code.
/// </summary>
/// <remarks>
/// <para>A piece is a segment here. Between two passes a peer gets its next block when it has
/// nothing outstanding: in time-critical mode the ordinary picker keeps one request a peer
/// (libtorrent's pull request 6156). The document scales time-outs to several copies; the seam
/// allows two.</para>
/// <para>As it is, the queue time adds two units: what the pass asks for counts in milliseconds,
/// what was outstanding before it in seconds taken for milliseconds, a thousandth. So every pass
/// asks for 2 s more, however much a peer owes. The corrected form counts both alike.</para>
/// </remarks>
internal sealed class TimeCriticalPicker(SchedulerOptions options, bool corrected)
    : PolicyPicker(options)
{
    private const double MostQueueSeconds = 2, UnitsError = 1000, DeviationsAhead = 4, Gain = 0.1;
    private const int MostRequests = 500;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly Queue<PolicyChoice> _planned = new();
    private readonly Dictionary<PolicySource, int> _asked = [];
    private readonly Dictionary<PolicySegment, TimeSpan> _startedAt = [];
    private double _averageSeconds;
    private double _deviationSeconds;

    protected override TimeSpan Patience => TimeSpan.FromSeconds(20);

    protected override TimeSpan PassInterval => TimeSpan.FromSeconds(1);

    protected override int Window(PolicySource source) => MostRequests;

    protected override PolicyChoice? Choose()
    {
        while (_planned.TryDequeue(out PolicyChoice planned))
            if (IsPossible(planned.Slot, planned.Source)) return Begun(planned);
        foreach (PolicySource peer in Peers.OrderBy(peer => peer.IsSnubbed))
        {
            if (peer.Requests.Count > 0 || !HasRoom(peer)) continue;
            PolicySlot? rarest = Wanted
                .Where(slot => slot.IsOpen && slot.IsAt(peer))
                .MinBy(slot => slot.Peers.Count);
            if (rarest is not null) return Begun(new PolicyChoice(rarest, peer));
        }
        return null;
    }

    protected override void Pass()
    {
        _planned.Clear();
        _asked.Clear();
        Forget();
        PolicySource[] peers = FastPeers();
        TimeSpan horizon = Now + Margin
            + TimeSpan.FromSeconds(_averageSeconds + DeviationsAhead * _deviationSeconds);
        bool isFirst = true;
        foreach (PolicySegment segment in Segments)
        {
            if (segment.IsHeld) continue;
            if (segment.Deadline > horizon && !isFirst) return;
            isFirst = false;
            foreach (PolicySlot slot in segment.Slots)
                if (MayAsk(slot) && !Plan(slot, peers)) return;
        }
    }

    protected override void Arrived(PolicyRequest request)
    {
        PolicySegment segment = request.Slot.Segment;
        if (!segment.IsHeld || !_startedAt.Remove(segment, out TimeSpan started)) return;
        double took = (Now - started).TotalSeconds;
        if (_averageSeconds == 0) _averageSeconds = took;
        _deviationSeconds += Gain * (Math.Abs(took - _averageSeconds) - _deviationSeconds);
        _averageSeconds += Gain * (took - _averageSeconds);
    }

    /// <summary>Plans one block; false when the best peer's queue is long enough.</summary>
    private bool Plan(PolicySlot slot, PolicySource[] peers)
    {
        if (peers.Length == 0 || peers.Min(QueueSeconds) > MostQueueSeconds) return false;
        PolicySource? best = peers
            .Where(peer => IsPossible(slot, peer)
                && peer.Requests.Count + _asked.GetValueOrDefault(peer) < peer.Limit)
            .MinBy(QueueSeconds);
        if (best is null || QueueSeconds(best) > MostQueueSeconds) return true;
        _planned.Enqueue(new PolicyChoice(slot, best));
        _asked[best] = _asked.GetValueOrDefault(best) + 1;
        return true;
    }

    private double QueueSeconds(PolicySource peer)
    {
        double before = peer.Requests.Count;
        if (!corrected) before /= UnitsError;
        double blocks = before + _asked.GetValueOrDefault(peer);
        return blocks * Options.BlockBytes / peer.Rate;
    }

    private bool MayAsk(PolicySlot slot)
    {
        if (slot.IsOpen) return true;
        double patience = _averageSeconds + _deviationSeconds / 2;
        return !slot.IsHeld && slot.Requests.Count == 1 && patience > 0
            && _startedAt.TryGetValue(slot.Segment, out TimeSpan started)
            && (Now - started).TotalSeconds > patience;
    }

    private bool IsPossible(PolicySlot slot, PolicySource peer) => !peer.IsGone
        && HasRoom(peer) && slot.IsAt(peer) && MayAsk(slot)
        && slot.Lane.Find(slot.Position) == slot
        && slot.Requests.TrueForAll(request => request.Source != peer);

    private PolicyChoice Begun(PolicyChoice choice)
    {
        _startedAt.TryAdd(choice.Slot.Segment, Now);
        return choice;
    }

    /// <summary>Peers that take requests and have not stalled, without the slowest tenth.</summary>
    private PolicySource[] FastPeers()
    {
        PolicySource[] peers =
        [
            .. Peers.Where(peer => HasRoom(peer) && !peer.IsSnubbed).OrderBy(QueueSeconds),
        ];
        return peers[..(peers.Length - peers.Length / 10)];
    }

    /// <summary>Segments that slid out are not timed any more.</summary>
    private void Forget()
    {
        foreach (PolicySegment segment in _startedAt.Keys.ToArray())
            if (segment.Slots.Count == 0) _startedAt.Remove(segment);
    }
}
