using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>
/// rqbit's owner-and-steal: within a look-ahead of 32 MiB one peer owns a piece and brings all of
/// it; a peer without work takes the next piece without owner, or steals one whose owner has had it
/// ten times (when nothing else is left: three times) as long as the thief takes for a piece.
/// Written from the description in rqbit's pull request 73, not from its code.
/// </summary>
/// <remarks>
/// A piece is a segment here. An owner that has nothing of it left to give loses it: in BitTorrent
/// a peer has whole pieces, here it need not.
/// </remarks>
internal sealed class OwnerPicker(SchedulerOptions options) : PolicyPicker(options)
{
    private const long LookAheadBytes = 32 << 20;
    private const int StealEarly = 10, StealLate = 3;

    private readonly Dictionary<PolicySegment, (PolicySource Owner, TimeSpan Since)> _owners = [];

    protected override TimeSpan Patience => TimeSpan.FromSeconds(10);

    protected override PolicyChoice? Choose()
    {
        Release();
        foreach (PolicySource peer in Peers)
        {
            if (!HasRoom(peer)) continue;
            if (NextOf(peer) is { } slot) return new(slot, peer);
        }
        return null;
    }

    private PolicySlot? NextOf(PolicySource peer)
    {
        foreach (PolicySegment mine in Segments)
        {
            if (!_owners.TryGetValue(mine, out var owned) || owned.Owner != peer) continue;
            if (FirstOpen(mine, peer) is { } slot) return slot;
        }
        PolicySegment? next = Stealable(peer, StealEarly)
            ?? Reachable().FirstOrDefault(s => !_owners.ContainsKey(s) && IsUseful(s, peer))
            ?? Stealable(peer, StealLate);
        if (next is null) return null;
        Take(next, peer);
        return FirstOpen(next, peer);
    }

    private PolicySegment? Stealable(PolicySource thief, int factor) =>
        Reachable().FirstOrDefault(segment => _owners.TryGetValue(segment, out var owned)
            && owned.Owner != thief
            && segment.Slots.Any(slot => !slot.IsHeld && slot.IsAt(thief))
            && Now - owned.Since > factor * TimeOf(segment, thief));

    /// <summary>What the thief would take for the whole piece.</summary>
    private TimeSpan TimeOf(PolicySegment segment, PolicySource thief) =>
        thief.RoundTrip + TimeSpan.FromSeconds(
            segment.Slots.Count * (double)Options.BlockBytes / thief.Rate);

    private void Take(PolicySegment segment, PolicySource peer)
    {
        // The robbed owner's requests for what the thief can bring are taken back.
        foreach (PolicySlot slot in segment.Slots.Where(slot => slot.IsAt(peer)))
            foreach (PolicyRequest request in slot.Requests.ToArray())
                Cancel(request, CancellationReason.Stalled);
        _owners[segment] = (peer, Now);
    }

    private void Release()
    {
        foreach (var (segment, owned) in _owners.ToArray())
        {
            bool isAtWork = !owned.Owner.IsGone && segment.Slots.Any(slot => !slot.IsHeld
                && (slot.Requests.Count > 0 || IsOpenAt(slot, owned.Owner)));
            if (!isAtWork || owned.Owner.IsSnubbed) _owners.Remove(segment);
        }
    }

    /// <summary>Pieces of the look-ahead, and then all others in their order.</summary>
    private IEnumerable<PolicySegment> Reachable()
    {
        long bytes = 0;
        foreach (PolicySegment segment in Segments)
        {
            if (bytes > LookAheadBytes) yield break;
            yield return segment;
            bytes += (long)segment.Slots.Count * Options.BlockBytes;
        }
    }

    private static bool IsUseful(PolicySegment segment, PolicySource peer) =>
        FirstOpen(segment, peer) is not null;

    private static PolicySlot? FirstOpen(PolicySegment segment, PolicySource peer) =>
        segment.Slots.Find(slot => IsOpenAt(slot, peer));

    private static bool IsOpenAt(PolicySlot slot, PolicySource peer) =>
        slot.IsOpen && slot.IsAt(peer);
}
