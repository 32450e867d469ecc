using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <content>What the host publishes, and what its store holds.</content>
public sealed partial class StreamSwarm
{
    /// <summary>This node publishes: its catalog holds.</summary>
    public void Publish(VerifiedAuthority authority, TimeSpan now)
    {
        _isChanged = true;
        _authority.Adopt(authority, from: null);
    }

    /// <summary>This node publishes: more segments exist.</summary>
    /// <param name="batch">The encoded records, signed where the track goes on.</param>
    /// <param name="records">The records.</param>
    /// <param name="leaves">Each record's leaf lists, by part.</param>
    /// <param name="now">The time.</param>
    public void Publish(RecordBatch batch, IReadOnlyList<SegmentRecord> records,
        IReadOnlyList<IReadOnlyList<byte[]>> leaves, TimeSpan now)
    {
        _isChanged = true;
        for (var i = 0; i < records.Count; i++)
            for (var part = 0; part < leaves[i].Count; part++)
                _state.AddLeaves(records[i].Id, (ushort)part, leaves[i][part]);
        _authority.AddRecords(batch, records, from: null, now);
        if (!_state.Options.ServesOwnMedia) return;
        foreach (var peer in _state.Peers)
            _availability.SendHave(peer, records[0].Id, (uint)records.Count);
    }

    /// <summary>The host read a block of its own media, or from its store, for a peer.</summary>
    /// <param name="peer">Who asked; 0 for this node.</param>
    /// <param name="request">Its request.</param>
    /// <param name="block">The block.</param>
    /// <param name="lease">Its bytes; the reference passes over. Null when it could not be read.</param>
    /// <param name="digest">Their leaf digest: bytes that are no longer what was published are not served. Null
    /// when the host vouches that they are what it hashed when it published them.</param>
    /// <param name="deadline">As in the effect.</param>
    public void OwnMediaRead(int peer, uint request, BlockId block, Lease? lease, Hash256? digest,
        TimeSpan deadline)
    {
        if (peer == StoreReader.Self) _stored.Read(block, lease, digest ?? default, _now);
        else _uploads.OwnMediaRead(peer, request, block, lease, digest, deadline);
    }

    /// <summary>The host's store now holds a whole segment.</summary>
    /// <param name="segment">Which.</param>
    /// <param name="leaves">Its parts' leaf lists, proven against its record, when it was found rather than
    /// written; empty otherwise.</param>
    public void SegmentStored(SegmentId segment, IReadOnlyList<byte[]> leaves)
    {
        _isChanged = true;
        _state.Kept.Add(segment);
        for (var part = 0; part < leaves.Count; part++)
            _state.AddLeaves(segment, (ushort)part, leaves[part]);
        // Memory may have let it go before it was stored, and said so.
        if (_state.Store.Find(segment)?.IsComplete == true) return;
        foreach (var peer in _state.Peers) _availability.SendHave(peer, segment, 1);
    }

    /// <summary>The host's store gave a segment up, or cannot read it.</summary>
    public void SegmentForgotten(SegmentId segment)
    {
        _isChanged = true;
        _state.Forget(segment);
        _stored.GiveUp(segment, _now);
    }

    private void Keep(StoredSegment segment)
    {
        var left = segment.PlacedBlocks;
        for (var part = 0; part < segment.Parts.Length; part++)
        {
            for (var i = 0; i < segment.Parts[part].Blocks; i++)
                _state.Emit(new SwarmEffect
                {
                    Kind = SwarmEffectKind.WriteBlock,
                    Block = new BlockId(segment.Id, (ushort)part, (ushort)i),
                    Number = (uint)--left,
                    Lease = segment.Parts[part].Verified(i)!.AddReference(),
                });
        }
    }
}
