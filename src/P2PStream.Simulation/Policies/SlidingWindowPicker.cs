using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>
/// MonoTorrent's streaming window: 15 pieces from the playhead in order, then 30 more rarest first;
/// four requests in flight at a peer for the first, two for the others; no end-game. Written from
/// a description of how its StreamProvider behaves, not from its code.
/// </summary>
/// <remarks>
/// A piece is a segment here. MonoTorrent tops requests up every 500 ms; here every event does,
/// which flatters it.
/// </remarks>
internal sealed class SlidingWindowPicker(SchedulerOptions options) : PolicyPicker(options)
{
    private const int HighPieces = 15, LowPieces = 30, HighRequests = 4, LowRequests = 2;

    protected override TimeSpan Patience => TimeSpan.FromSeconds(30);

    protected override int Window(PolicySource source) =>
        source.IsOrigin ? base.Window(source) : HighRequests;

    protected override PolicyChoice? Choose()
    {
        PolicySegment[] missing = [.. Segments.Where(segment => !segment.IsHeld)];
        foreach (PolicySegment segment in missing.Take(HighPieces))
        {
            foreach (PolicySlot slot in segment.Open)
                if (SoonestPeer(slot) is { } peer) return new(slot, peer);
        }
        return missing.Skip(HighPieces).Take(LowPieces)
            .SelectMany(segment => segment.Open)
            .Where(slot => slot.Peers.Count > 0)
            .OrderBy(slot => slot.Peers.Count)
            .Select(LowPriority)
            .FirstOrDefault(choice => choice is not null);
    }

    private PolicyChoice? LowPriority(PolicySlot slot) =>
        SoonestPeer(slot) is { } peer && peer.Requests.Count < LowRequests
            ? new PolicyChoice(slot, peer)
            : null;
}
