using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <content>What comes after its request was given up.</content>
internal sealed partial class BlockTransfers
{
    /// <summary>A block whose request had stalled came all the same. The picker learns how slow its giver is, and
    /// nobody else need bring it.</summary>
    private void ArrivedLate(in SessionEvent e, int giver, TimeSpan now)
    {
        var (block, lease) = (e.Block, e.Lease!);
        state.Picker.Delivered(e.Request, lease.Length, now);
        budget?.Charge(lease.Length);
        var segment = state.Store.Find(block.Segment);
        if (segment is null || !state.IsNeeded(segment.Id)
            || segment.Parts[block.Part].IsPlaced(block.Index))
        {
            Waste(lease);
            return;
        }

        if (state.Leaves.Leaf(block) is { } leaf && e.Digest != leaf)
        {
            Reject(giver, block, lease);
            return;
        }

        if (window.Locate(block) is { } place)
        {
            if (now > window.Deadline(segment.Record)) state.Counters.LateBlocks++;
            SetHeld(place, block, held: true, now);
        }

        Keep(segment, block, giver, lease, e.Digest, now);
    }
}
