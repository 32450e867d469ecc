using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// The proven records of a stream, and their proofs for others. Owns no claim that has not been
/// verified: whoever adds has checked against the catalog.
/// </summary>
internal sealed class RecordBook
{
    /// <summary>Records in one batch: an aligned subtree of the records' tree.</summary>
    public const int BatchRecords = 64;

    private readonly SortedDictionary<ushort, TrackRecords> _tracks = [];

    /// <summary>The records of a track that are known without a gap from its first on.</summary>
    public IReadOnlyList<SegmentRecord> Contiguous(ushort track) =>
        _tracks.TryGetValue(track, out var records) ? records.Contiguous : [];

    public SegmentRecord? Find(SegmentId id) =>
        _tracks.TryGetValue(id.Track, out var records)
        && records.Entries.TryGetValue(id.Sequence, out var entry) && entry.Record.Id == id
            ? entry.Record
            : null;

    /// <summary>Forgets everything: a new epoch states all records anew.</summary>
    public void Clear() => _tracks.Clear();

    /// <summary>True when a later record is known than the first that is missing.</summary>
    public bool HasGap(ushort track) =>
        _tracks.TryGetValue(track, out var records) && records.Entries.Count > records.Contiguous.Count;

    public bool Has(ushort track, ulong sequence) =>
        _tracks.TryGetValue(track, out var records) && records.Entries.ContainsKey(sequence);

    /// <summary>True when every record of a batch is known byte for byte: it need not be proven again.</summary>
    public bool Holds(RecordBatch batch)
    {
        if (!_tracks.TryGetValue(batch.Track, out var track)) return false;
        for (var i = 0; i < batch.Records.Count; i++)
            if (!track.Holds(batch, i)) return false;
        return true;
    }

    /// <summary>A signed batch without the records at its beginning that are known byte for byte: each has a proof of
    /// its own. One that <see cref="Holds"/> is not asked for.</summary>
    public RecordBatch WithoutKnown(RecordBatch batch)
    {
        if (batch.IsTreeProven || !_tracks.TryGetValue(batch.Track, out var track)) return batch;
        var known = 0;
        while (track.Holds(batch, known)) known++;
        return known == 0 ? batch : batch with
        {
            First = batch.First + (ulong)known,
            Records = [.. batch.Records.Skip(known)],
            Signatures = [.. batch.Signatures.Skip(known)],
        };
    }

    /// <summary>Adds proven records.</summary>
    /// <returns>False when one contradicts a record that is known: the publisher equivocates.</returns>
    public bool Add(RecordBatch batch, IReadOnlyList<SegmentRecord> records, ulong firstOfTrack)
    {
        var track = GetOrAdd(batch.Track, firstOfTrack);
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            var signature = batch.Signatures.Count > 0 ? batch.Signatures[i] : null;
            if (track.Entries.TryGetValue(record.Id.Sequence, out var known))
            {
                if (known.Record.Id == record.Id && known.Record.Root != record.Root) return false;
                if (known.Record.Id.Epoch >= record.Id.Epoch) continue;
            }

            track.Entries[record.Id.Sequence] = new Entry(record, batch.Records[i], signature);
        }

        track.Extend();
        return true;
    }

    /// <summary>Encodes the batch that holds a sequence number, with its proof; null when it cannot be proven here.</summary>
    public byte[]? EncodeBatch(TrackDescription description, uint epoch, ulong sequence)
    {
        if (!_tracks.TryGetValue(description.Id, out var track)) return null;
        if (description.Ended) return EncodeProven(description, epoch, sequence, track);
        return EncodeSigned(description, epoch, sequence, track);
    }

    private static byte[]? EncodeProven(
        TrackDescription description, uint epoch, ulong sequence, TrackRecords track)
    {
        var total = (int)description.SegmentCount;
        if (track.Contiguous.Count < total || sequence < description.FirstSequence) return null;
        var index = sequence - description.FirstSequence;
        if (index >= (ulong)total) return null;
        var first = (int)index / BatchRecords * BatchRecords;
        var tree = track.Tree(total);
        if (tree.Root != description.RecordsRoot) return null;
        if (track.Encoded.TryGet(epoch, first) is { } known) return known;
        var count = Math.Min(BatchRecords, total - first);
        var encoded = new List<byte[]>(count);
        for (var i = 0; i < count; i++)
            encoded.Add(track.Entries[description.FirstSequence + (ulong)(first + i)].Encoded);
        var batch = new RecordBatch
        {
            Epoch = epoch,
            Track = description.Id,
            First = description.FirstSequence + (ulong)first,
            Records = encoded,
            Path = tree.Path(first, count),
            Signatures = [],
        }.Encode();
        track.Encoded.Keep(epoch, first, batch);
        return batch;
    }

    private static byte[]? EncodeSigned(
        TrackDescription description, uint epoch, ulong sequence, TrackRecords track)
    {
        var records = new List<byte[]>();
        var signatures = new List<byte[]>();
        for (var next = sequence; records.Count < BatchRecords; next++)
        {
            if (!track.Entries.TryGetValue(next, out var entry) || entry.Signature is null
                || entry.Record.Id.Epoch != epoch) break;
            records.Add(entry.Encoded);
            signatures.Add(entry.Signature);
        }

        if (records.Count == 0) return null;
        return new RecordBatch
        {
            Epoch = epoch,
            Track = description.Id,
            First = sequence,
            Records = records,
            Path = [],
            Signatures = signatures,
        }.Encode();
    }

    private TrackRecords GetOrAdd(ushort track, ulong first)
    {
        if (!_tracks.TryGetValue(track, out var records))
            _tracks.Add(track, records = new TrackRecords(first));
        return records;
    }

    private sealed record Entry(SegmentRecord Record, byte[] Encoded, byte[]? Signature);

    private sealed class TrackRecords(ulong first)
    {
        private RecordTree? _tree;

        public Dictionary<ulong, Entry> Entries { get; } = [];

        public List<SegmentRecord> Contiguous { get; } = [];

        public EncodedBatches Encoded { get; } = new();

        /// <summary>True when a batch's record is known byte for byte.</summary>
        public bool Holds(RecordBatch batch, int index) =>
            Entries.TryGetValue(batch.First + (ulong)index, out var entry)
            && entry.Encoded.AsSpan().SequenceEqual(batch.Records[index]);

        public void Extend()
        {
            while (Entries.TryGetValue(first + (ulong)Contiguous.Count, out var next))
                Contiguous.Add(next.Record);
        }

        public RecordTree Tree(int total)
        {
            if (_tree is not null) return _tree;
            var leaves = new Hash256[total];
            for (var i = 0; i < total; i++)
                leaves[i] = RecordCodec.Hash(Entries[first + (ulong)i].Encoded);
            return _tree = new RecordTree(leaves);
        }
    }
}
