using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>
/// What both generations of P2P Media Loader do: a segment comes whole from one source, peer or
/// HTTP; 3 segments at a time from peers and 2 over HTTP. Which source a segment is given to is
/// left to the policy. Numbers: defaults in the documentation of StreamConfig.
/// </summary>
internal abstract class WholeSegmentPicker(SchedulerOptions options) : PolicyPicker(options)
{
    private const int FromPeers = 3, OverHttp = 2;
    private readonly Dictionary<PolicySegment, PolicySource> _loading = [];

    protected override TimeSpan Patience => TimeSpan.FromSeconds(2);

    protected override bool LeavesOrigin => false;

    /// <summary>How far ahead peers are asked.</summary>
    protected static TimeSpan PeerWindow => TimeSpan.FromSeconds(6000);

    /// <summary>How far ahead HTTP is used.</summary>
    protected static TimeSpan HttpWindow => TimeSpan.FromSeconds(3000);

    protected override int Window(PolicySource source) => SchedulerLimits.Window;

    protected sealed override PolicyChoice? Choose()
    {
        Release();
        foreach (PolicySegment segment in Segments)
        {
            if (segment.IsHeld) continue;
            if (!_loading.TryGetValue(segment, out PolicySource? source))
            {
                if (SourceFor(segment) is not { } chosen) continue;
                _loading[segment] = source = chosen;
            }
            if (!HasRoom(source)) continue;
            PolicySlot? next = segment.Slots.Find(slot => slot.IsOpen && slot.IsAt(source));
            if (next is not null) return new(next, source);
        }
        return null;
    }

    /// <summary>Whom a segment is asked of now, or null: of nobody yet.</summary>
    protected abstract PolicySource? SourceFor(PolicySegment segment);

    protected bool IsLoading(PolicySegment segment) => _loading.ContainsKey(segment);

    /// <summary>Has anybody all that is missing of a segment?</summary>
    protected bool IsAnnounced(PolicySegment segment) => Peers.Any(segment.IsWholeAt);

    /// <summary>The least busy peer that has all of a segment, while a slot is free.</summary>
    protected PolicySource? PeerFor(PolicySegment segment) =>
        Loads(isOrigin: false) >= FromPeers
            ? null
            : Peers.Where(peer => segment.IsWholeAt(peer) && HasRoom(peer))
                .MinBy(peer => (peer.IsSnubbed, peer.Requests.Count));

    /// <summary>The origin for a segment, while a slot is free.</summary>
    protected PolicySource? HttpFor(PolicySegment segment) =>
        Loads(isOrigin: true) >= OverHttp
            ? null
            : Sources.FirstOrDefault(
                s => s.IsOrigin && segment.IsWholeAt(s) && HasRoom(s));

    private int Loads(bool isOrigin) =>
        _loading.Values.Count(source => source.IsOrigin == isOrigin);

    private void Release()
    {
        foreach (var (segment, source) in _loading.ToArray())
        {
            bool isAtWork = !source.IsGone && segment.Slots.Any(slot => !slot.IsHeld
                && (slot.Requests.Count > 0 || slot.IsAt(source)));
            bool isSilent = source.IsSnubbed
                && segment.Slots.TrueForAll(slot => slot.Requests.Count == 0);
            if (!isAtWork || isSilent) _loading.Remove(segment);
        }
    }
}
