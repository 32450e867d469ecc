using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Chooses, without a message, the one neighbour that fetches a segment from the origin: the lowest
/// hash of (peer, segment) among the viewers that use the origin and whose windows hold it.
/// </summary>
internal static class OriginElection
{
    /// <summary>So long a peer that fetched something counts as one that fetches.</summary>
    private static readonly TimeSpan Proven = TimeSpan.FromSeconds(30);

    /// <summary>The peer elected; null: this node.</summary>
    /// <remarks>A peer that let a segment lapse lately is left out.</remarks>
    public static SwarmPeer? Elect(
        PeerId self, List<SwarmPeer> peers, SegmentId segment, TimeSpan now)
    {
        var lowest = Rank(self, segment);
        SwarmPeer? elected = null;
        foreach (var peer in peers)
        {
            if (!IsCandidate(peer, segment, now)) continue;
            var rank = Rank(peer.Id, segment);
            if (rank >= lowest) continue;
            lowest = rank;
            elected = peer;
        }

        return elected;
    }

    public static bool IsElected(
        PeerId self, List<SwarmPeer> peers, SegmentId segment, TimeSpan now) =>
        Elect(self, peers, segment, now) is null;

    /// <summary>How many that are known to fetch would be elected before this node.</summary>
    public static int Before(
        PeerId self, List<SwarmPeer> peers, SegmentId segment, TimeSpan now)
    {
        var own = Rank(self, segment);
        var before = 0;
        foreach (var peer in peers)
            if (now - peer.LastFetch < Proven && IsCandidate(peer, segment, now)
                && Rank(peer.Id, segment) < own) before++;
        return before;
    }

    /// <summary>A peer's place in the election for a segment; the lowest is elected.</summary>
    public static ulong Rank(PeerId peer, SegmentId segment) => Mix(peer.Value.Prefix ^ Salt(segment));

    /// <summary>The same for a block of it.</summary>
    public static ulong BlockRank(PeerId peer, SegmentId segment, int block) =>
        Mix(peer.Value.Prefix ^ Mix(Salt(segment) + (ulong)block + 1));

    private static ulong Salt(SegmentId segment) => Mix(
        segment.Sequence ^ ((ulong)segment.Track << 48) ^ ((ulong)segment.Epoch << 16));

    private static bool IsCandidate(SwarmPeer peer, SegmentId segment, TimeSpan now) =>
        peer.IsViewer && peer.UsesOrigin && now >= peer.LapsedUntil && peer.Wants(segment);

    /// <summary>A bijective mixer of 64 bits (xor-shift and multiply, as in SplitMix64).</summary>
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
