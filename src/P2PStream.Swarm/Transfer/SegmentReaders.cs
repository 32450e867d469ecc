using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Hands verified blocks to the host's readers, in order, as they come.</summary>
internal sealed class SegmentReaders(SwarmState state)
{
    private readonly List<Reader> _readers = [];

    public void Open(uint number, SegmentRecord record)
    {
        var segment = state.Store.GetOrAdd(record);
        segment.Readers++;
        var reader = new Reader(number, segment);
        _readers.Add(reader);
        Advance(reader);
    }

    public void Close(uint number)
    {
        for (var i = 0; i < _readers.Count; i++)
        {
            if (_readers[i].Number != number) continue;
            _readers[i].Segment.Readers--;
            _readers.RemoveAt(i);
            return;
        }
    }

    /// <summary>Ends all readers: a new epoch holds, and nobody has the old one's segments for long.</summary>
    public void EndAll()
    {
        foreach (var reader in _readers)
        {
            reader.Segment.Readers--;
            state.Emit(new SwarmEffect
            {
                Kind = SwarmEffectKind.ReaderEnded,
                Number = reader.Number,
            });
        }

        _readers.Clear();
    }

    public void Verified(StoredSegment segment)
    {
        if (segment.Readers == 0) return;
        for (var i = _readers.Count - 1; i >= 0; i--)
            if (_readers[i].Segment == segment) Advance(_readers[i]);
    }

    private void Advance(Reader reader)
    {
        var parts = reader.Segment.Parts;
        for (; reader.Part < parts.Length; reader.Part++, reader.Block = 0)
        {
            for (; reader.Block < parts[reader.Part].Blocks; reader.Block++)
            {
                if (parts[reader.Part].Verified(reader.Block) is not { } lease) return;
                state.Emit(new SwarmEffect
                {
                    Kind = SwarmEffectKind.ReaderBlock,
                    Number = reader.Number,
                    Lease = lease.AddReference(),
                });
            }
        }

        state.Emit(new SwarmEffect
        {
            Kind = SwarmEffectKind.ReaderCompleted,
            Number = reader.Number,
        });
        reader.Segment.Readers--;
        _readers.Remove(reader);
    }

    private sealed class Reader(uint number, StoredSegment segment)
    {
        public uint Number { get; } = number;

        public StoredSegment Segment { get; } = segment;

        public int Part { get; set; }

        public int Block { get; set; }
    }
}
