using P2PStream.Protocol;

namespace P2PStream.Simulation;

/// <summary>What a jump takes at least where nothing is in its way: two round trips to those who have the segment
/// there, and the time of its bytes on the viewer's downlink or on their uplinks together, whichever is more.</summary>
/// <remarks>A player shows a picture when it has the whole segment, so all of that is urgent. Of the round trips one
/// is for the blocks; the other is for what a node may have to ask before it asks for them.</remarks>
internal static class SeekBound
{
    private const int RoundTrips = 2;

    /// <summary>For a jump of a node now; null when it has the segment, or nobody that it is linked to has
    /// told of it.</summary>
    public static TimeSpan? Of(SimulatedNode node, SegmentRecord target, NetworkModel network)
    {
        if (node.Swarm.HasSegment(target.Id)) return null;
        double uplinks = 0, weighted = 0;
        foreach (var link in node.Links)
        {
            var holder = link.Remote;
            if (holder.Role.IsLiar || !node.Swarm.PeerHasSegment(link.Peer, target.Id)) continue;
            var uplink = holder.Role.Class.UploadBitsPerSecond;
            uplinks += uplink;
            weighted += uplink * network.RoundTrip(node, holder).TotalSeconds;
        }

        if (uplinks == 0) return null;
        // Each brings as much as its uplink can, so its path counts as much.
        var roundTrip = TimeSpan.FromSeconds(weighted / uplinks);
        var slowest = Math.Min(uplinks, node.Role.Class.DownloadBitsPerSecond);
        return RoundTrips * roundTrip + Wire.Time((int)target.Length, slowest);
    }
}
