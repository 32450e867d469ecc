using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Who is told of new records of a stream that grows, and by whom. A publisher tells a few peers of them and of their leaf
/// lists, others for each batch; those tell all of theirs. Told by it alone, many viewers would cost a publisher as much as
/// the media, if its line carries little more than one copy of that. Who hears that a segment is there, and not what it
/// is, asks who has it.
/// </summary>
internal sealed class RecordRelay(SwarmState state)
{
    /// <summary>A publisher tells as many peers as take this part of what the segments themselves take.</summary>
    private const int ShareOfMedia = 32;

    /// <summary>And so many at least.</summary>
    private const int FewestTold = 6;

    /// <summary>What one telling costs besides records and lists: heads of frames and packets.</summary>
    private const int HeadBytes = 100;

    /// <summary>Segments that peers say they have, and whose records are waited for, at most.</summary>
    private const int MostMissed = 64;

    /// <summary>So long a record may take from hop to hop when its segment is known to be there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>So long who had to ask is told before others: it may have no link but this.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(10);

    private readonly List<(TimeSpan Due, int Peer, SegmentId Segment)> _missed = [];
    private readonly List<SwarmPeer> _order = [];

    /// <summary>When <see cref="Advance"/> is due.</summary>
    public TimeSpan? NextWakeUp => _missed.Count > 0 ? _missed[0].Due : null;

    /// <summary>This node publishes records: some peers are told of them, and of their leaf lists.</summary>
    public void Publish(RecordBatch batch, IReadOnlyList<SegmentRecord> records, TimeSpan now)
    {
        var encoded = batch.Encode();
        long media = 0, lists = 0;
        foreach (var record in records)
        {
            media += record.Length;
            lists += (long)record.Blocks() * Hash256.Size;
        }

        var told = Math.Max(FewestTold, media / ShareOfMedia / (encoded.Length + lists + HeadBytes));
        Order(records[^1].Id, told, now);
        for (var i = 0; i < _order.Count && i < told; i++)
        {
            Send(_order[i], batch, encoded);
            if (_order[i].Follows(batch.Track)) SendLeaves(_order[i], records);
        }

        _order.Clear();
    }

    /// <summary>Somebody told of records that were new here: so are all who may not know them.</summary>
    public void PassOn(RecordBatch batch, IReadOnlyList<SegmentRecord> records, SwarmPeer? from)
    {
        var encoded = batch.Encode();
        foreach (var peer in state.Peers)
            if (peer != from && !Knows(peer, records[^1].Id)) Send(peer, batch, encoded);
    }

    /// <summary>A peer has segments of a track whose records have all been told so far. Each that says so is asked
    /// itself, so that a lie costs nobody else anything.</summary>
    public void Heard(SwarmPeer peer, SegmentId next, TimeSpan now)
    {
        if (_missed.Count >= MostMissed) return;
        foreach (var (_, number, segment) in _missed)
            if (number == peer.Number && segment.Track == next.Track) return;
        _missed.Add((now + Patience, peer.Number, next));
    }

    /// <summary>Asks for records that have not come.</summary>
    public void Advance(TimeSpan now)
    {
        while (_missed.Count > 0 && _missed[0].Due <= now)
        {
            var (_, number, segment) = _missed[0];
            _missed.RemoveAt(0);
            if (state.Records.Has(segment.Track, segment.Sequence) || state.Peer(number) is not { } peer) continue;
            state.Emit(peer, new SessionCommand
            {
                Kind = SessionCommandKind.WantRecords,
                Block = new BlockId(segment, 0, 0),
                Count = RecordBook.BatchRecords,
            });
        }
    }

    /// <summary>Those first who had to ask lately, though for half of the tellings at most: they could be many, and
    /// pass nothing on.</summary>
    private void Order(SegmentId segment, long told, TimeSpan now)
    {
        _order.AddRange(state.Peers);
        _order.Sort((a, b) =>
            OriginElection.BlockRank(a.Id, segment, 0).CompareTo(OriginElection.BlockRank(b.Id, segment, 0)));
        var first = 0;
        for (var i = 0; i < _order.Count && first < told / 2; i++)
        {
            var peer = _order[i];
            if (now - peer.AskedForRecords > Lately) continue;
            _order.RemoveAt(i);
            _order.Insert(first++, peer);
        }
    }

    private static bool Knows(SwarmPeer peer, SegmentId segment) =>
        peer.HasTold(segment) || peer.Wants(segment) || peer.HasSegment(segment);

    private void Send(SwarmPeer peer, RecordBatch batch, byte[] encoded) =>
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.SendRecords,
            Block = new BlockId(new SegmentId(0, batch.Track, batch.First), 0, 0),
            Payload = encoded,
        });

    private void SendLeaves(SwarmPeer peer, IReadOnlyList<SegmentRecord> records)
    {
        foreach (var record in records)
        {
            for (ushort part = 0; part < record.Parts.Count; part++)
            {
                if (state.Leaves.Find(record.Id, part) is not { IsEmpty: false } leaves) continue;
                state.Emit(peer, new SessionCommand
                {
                    Kind = SessionCommandKind.SendLeaves,
                    Block = new BlockId(record.Id, part, 0),
                    Payload = leaves,
                });
            }
        }
    }
}
