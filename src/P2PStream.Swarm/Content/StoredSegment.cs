using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>A segment in memory, whole or on its way.</summary>
internal sealed class StoredSegment
{
    public StoredSegment(SegmentRecord record)
    {
        Record = record;
        Parts = new StoredPart[record.Parts.Count];
        for (var i = 0; i < Parts.Length; i++) Parts[i] = new StoredPart(record.Parts[i]);
    }

    public SegmentRecord Record { get; }

    public SegmentId Id => Record.Id;

    public StoredPart[] Parts { get; }

    /// <summary>Readers that are being given this segment; it is not evicted under them.</summary>
    public int Readers { get; set; }

    /// <summary>True while a lane wants it; it is not evicted.</summary>
    public bool Wanted { get; set; }

    /// <summary>Orders eviction: least recently used first.</summary>
    public long LastUse { get; set; }

    /// <summary>True once <see cref="SwarmEffectKind.SegmentCompleted"/> was told.</summary>
    public bool Announced { get; set; }

    public bool IsComplete
    {
        get
        {
            foreach (var part in Parts)
                if (!part.IsComplete) return false;
            return true;
        }
    }

    public int PlacedBlocks
    {
        get
        {
            var total = 0;
            foreach (var part in Parts) total += part.PlacedCount;
            return total;
        }
    }
}
