namespace P2PStream.Swarm;

/// <summary>
/// Shares a segment out between the origin and givers that are scarce: whoever may fetch it from the origin
/// asks them for its last blocks, a few at a time, while the origin brings the first. Nobody else asks them.
/// </summary>
internal sealed class GiverRations(SwarmState state, PlaybackWindow window, ScarceGivers givers)
{
    /// <summary>Blocks beyond a giver's window: it is to find the next request when it has sent one.</summary>
    private const int Spare = 2;

    /// <summary>Blocks of one that has hardly sent this node anything, and is scarce by what others say: the picker
    /// takes it for quick, and would leave it what it cannot bring in time.</summary>
    private const int Untried = 2;

    public void Advance(TimeSpan now)
    {
        if (!givers.AreScarce) return;
        foreach (var lane in window.Lanes)
        {
            var left = Room();
            foreach (var entry in lane.Entries)
            {
                if (!ScarceGivers.IsShared(entry)) continue;
                var part = entry.Segment.Parts[entry.Part];
                entry.Rationed.RemoveAll(part.IsPlaced);
                if (!entry.Turn.IsOffered) Withdraw(lane, entry, now);
                else left = Fill(lane, entry, left - entry.Rationed.Count, now);
            }
        }
    }

    private int Room()
    {
        if (givers.Suffice) return int.MaxValue;
        var room = 0;
        foreach (var peer in state.Peers)
            if (!peer.IsViewer) room += Room(peer);
        return room;
    }

    private int Room(SwarmPeer giver)
    {
        if (giver.BytesMeasured < ScarceGivers.JudgedAfter) return Untried;
        return state.Picker.Estimate(giver.Source).Window + Spare;
    }

    /// <returns>How many more the givers may be asked for.</returns>
    private int Fill(TrackLane lane, LaneEntry entry, int left, TimeSpan now)
    {
        var part = entry.Segment.Parts[entry.Part];
        for (var i = entry.Blocks - 1; i >= 0 && left > 0; i--)
        {
            if (part.IsPlaced(i) || entry.IsSeen(i) || entry.Rationed.Contains(i)) continue;
            entry.Rationed.Add(i);
            Tell(lane, entry, i, isThere: true, now);
            left--;
        }

        return left;
    }

    private void Withdraw(TrackLane lane, LaneEntry entry, TimeSpan now)
    {
        foreach (var block in entry.Rationed) Tell(lane, entry, block, isThere: false, now);
        entry.Rationed.Clear();
    }

    private void Tell(TrackLane lane, LaneEntry entry, int block, bool isThere, TimeSpan now)
    {
        foreach (var peer in state.Peers)
            if (!peer.IsViewer && peer.HasBlock(entry.Block(block)))
                state.Picker.Advertise(
                    peer.Source, lane.Lane, entry.First + block, 1, isThere, now);
    }
}
