using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>
/// P2P Media Loader 5: of the neighbours, the one with the lowest hash(peer, segment) fetches a
/// segment over HTTP; the one of rank k steps in when the time left is down to
/// fetch · (1 + 1/k) + 0.5 s; whoever has announced it is asked before HTTP. Written from a summary of its
/// specification, not from its code.
/// </summary>
/// <remarks>
/// Rank 0 is what <see cref="IBlockPicker.Elect"/> says: the swarm ranks by the same hash. A picker
/// is not told how many rank between the elected one and this node; it draws that place from the
/// seed, the position and the number of its peers. Two nodes can so draw one place.
/// </remarks>
internal sealed class ElectedFetcherPicker(SchedulerOptions options) : WholeSegmentPicker(options)
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(0.5);

    protected override PolicySource? SourceFor(PolicySegment segment)
    {
        TimeSpan left = segment.Deadline - Now;
        if (left <= PeerWindow && PeerFor(segment) is { } peer) return peer;
        if (HttpFor(segment) is not { } origin || left > HttpWindow) return null;
        bool isElected = segment.Slots.Exists(slot => slot.Elected.Contains(origin));
        if (isElected && !IsAnnounced(segment)) return origin;
        double fetch = origin.RoundTrip.TotalSeconds
            + segment.Slots.Count * (double)Options.BlockBytes / origin.Rate;
        TimeSpan lead = TimeSpan.FromSeconds(fetch * (1 + 1.0 / RankOf(segment))) + Guard;
        return left <= lead ? origin : null;
    }

    /// <summary>A place from 1 to the number of peers.</summary>
    private int RankOf(PolicySegment segment)
    {
        ulong x = Options.Seed ^ ((ulong)segment.Lane.Index << 48) ^ (ulong)segment.First;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return 1 + (int)((x ^ (x >> 31)) % (ulong)Math.Max(1, Peers.Count()));
    }
}
