using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Brings back into memory what a lane wants and the host's store holds, instead of asking a peer for what
/// is here. To the picker such blocks are held from the start; what cannot be read becomes wanted again.
/// </summary>
internal sealed class StoreReader(
    SwarmState state, PlaybackWindow window, BlockTransfers transfers)
{
    /// <summary>Stands for this node where a peer is named in a read: the shell numbers peers from 1.</summary>
    public const int Self = 0;

    /// <summary>Blocks being read at once: 1 MiB.</summary>
    private const int MostReading = 64;

    private readonly List<Restoration> _wanted = [];
    private int _reading;

    /// <summary>A part is newly wanted: it is read here, if the store has it.</summary>
    public void Appended(TrackLane lane, LaneEntry entry, TimeSpan now)
    {
        if (entry.Segment.IsComplete || !state.Kept.Contains(entry.Segment.Id)) return;
        for (var i = 0; i < entry.Blocks; i++)
            if (!IsPlaced(entry, i)) state.Picker.SetHeld(lane.Lane, entry.First + i, held: true, now);
        entry.Saw(0, entry.Blocks, peer: 0, now);
        _wanted.Add(new Restoration(entry));
    }

    /// <summary>Reads what is wanted soonest, as memory allows.</summary>
    public void Advance()
    {
        while (_reading < MostReading && Soonest() is { } next)
        {
            while (next.Index < next.Entry.Blocks && IsPlaced(next.Entry, next.Index)) next.Index++;
            if (next.Index == next.Entry.Blocks || !IsWanted(next))
            {
                _wanted.Remove(next);
                continue;
            }

            var block = next.Entry.Block(next.Index);
            var length = next.Entry.Segment.Parts[block.Part].Digest.BlockLength(block.Index);
            if (!state.TryRent(length, out var lease)) return;
            next.Index++;
            _reading++;
            state.Emit(new SwarmEffect
            {
                Kind = SwarmEffectKind.ReadOwnMedia,
                Peer = Self,
                Block = block,
                Lease = lease,
            });
        }
    }

    /// <summary>A block was read, or could not be; takes over the lease.</summary>
    public void Read(BlockId block, Lease? lease, Hash256 digest, TimeSpan now)
    {
        _reading--;
        if (lease is null || (state.Leaves.Leaf(block) is { } leaf && leaf != digest))
        {
            lease?.Release();
            state.Forget(block.Segment);
            GiveUp(block.Segment, now);
        }
        else if (window.Locate(block) is { } place && !IsPlaced(place.Entry, block.Index))
        {
            state.Picker.SetHeld(place.Lane.Lane, place.Entry.First + block.Index, held: true, now);
            transfers.Restored(place.Entry.Segment, block, lease, digest, now);
        }
        else lease.Release();
    }

    /// <summary>The store no longer has a segment: what is missing of it must come from elsewhere.</summary>
    public void GiveUp(SegmentId segment, TimeSpan now)
    {
        _wanted.RemoveAll(wanted => wanted.Entry.Segment.Id == segment);
        foreach (var lane in window.Lanes)
        {
            foreach (var entry in lane.Entries)
            {
                if (entry.Segment.Id != segment) continue;
                for (var i = 0; i < entry.Blocks; i++)
                    if (!IsPlaced(entry, i))
                        state.Picker.SetHeld(lane.Lane, entry.First + i, held: false, now);
            }
        }
    }

    private static bool IsPlaced(LaneEntry entry, int index) =>
        entry.Segment.Parts[entry.Part].IsPlaced(index);

    private bool IsWanted(Restoration next) =>
        window.Locate(next.Entry.Block(0)) is { } place && place.Entry == next.Entry;

    private Restoration? Soonest()
    {
        Restoration? soonest = null;
        var due = TimeSpan.MaxValue;
        foreach (var wanted in _wanted)
        {
            var deadline = window.Deadline(wanted.Entry.Segment.Record);
            if (soonest is not null && deadline >= due) continue;
            (soonest, due) = (wanted, deadline);
        }

        return soonest;
    }

    private sealed class Restoration(LaneEntry entry)
    {
        public LaneEntry Entry { get; } = entry;

        /// <summary>The next block to read.</summary>
        public int Index { get; set; }
    }
}
