using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <content>What comes after its request was given up.</content>
internal sealed partial class BlockTransfers
{
    /// <summary>A block came whose request had stalled, or whose segment was left by a jump or for another rendition.
    /// The picker learns how slow its giver is; nobody else need bring it, and what was left is kept beside the rest
    /// of it: others ask for it, and so does this player, should it come back.</summary>
    private void ArrivedLate(in SessionEvent e, int giver, TimeSpan now)
    {
        var (block, lease) = (e.Block, e.Lease!);
        state.Picker.Delivered(e.Request, lease.Length, now);
        budget?.Charge(lease.Length);
        var segment = state.Store.Find(block.Segment);
        var leaf = state.Leaves.Leaf(block);
        if (segment is null || segment.Parts[block.Part].IsPlaced(block.Index)
            || (leaf is null && !state.IsNeeded(segment.Id)))
        {
            Waste(lease);
            return;
        }

        if (leaf is not null && e.Digest != leaf)
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
