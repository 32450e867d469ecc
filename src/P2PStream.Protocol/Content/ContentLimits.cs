namespace P2PStream.Protocol;

/// <summary>Sizes of content, in the units named.</summary>
public static class ContentLimits
{
    /// <summary>Bytes in every block but the last of a part.</summary>
    public const int BlockBytes = 16 * 1024;

    /// <summary>Blocks in a part, at most: 64 MiB.</summary>
    public const int BlocksPerPart = 4096;

    /// <summary>Bytes in a part, at most.</summary>
    public const int PartBytes = BlockBytes * BlocksPerPart;

    /// <summary>Parts in a segment, at most.</summary>
    public const int PartsPerSegment = 64;

    /// <summary>Bytes in a segment, at most, that a publisher states: 1 GiB. A viewer reads what fits its
    /// memory, which may be less.</summary>
    public const long SegmentBytes = 1L << 30;

    /// <summary>Tracks in a catalog, at most.</summary>
    public const int Tracks = 256;

    /// <summary>Bytes of an encoded catalog, at most.</summary>
    public const int CatalogBytes = 256 * 1024;

    /// <summary>Bytes of an encoded record, at most.</summary>
    public const int RecordBytes = 8 * 1024;

    /// <summary>Records in one batch, at most; a power of two.</summary>
    public const int RecordsPerBatch = 64;

    /// <summary>Bytes of an encoded batch, at most: the largest records with a length and a signature
    /// each, and room for the rest. Any records that a peer holds fit: no publisher can make a
    /// peer fail to pass on what it has verified.</summary>
    public const int RecordBatchBytes = RecordsPerBatch * (RecordBytes + 2 + 64) + 1024;

    /// <summary>Bytes of an encoded authority, at most: a catalog, a delegation, two signatures,
    /// lengths.</summary>
    public const int AuthorityBytes = CatalogBytes + 1024;

    /// <summary>Segments that a track's catalog entry counts, at most: a year of two-second
    /// segments.</summary>
    public const int SegmentsPerTrack = 1 << 24;

    /// <summary>The highest sequence number, so that sums with a count and signed forms never
    /// overflow.</summary>
    public const ulong LastSequence = (1UL << 62) - 1;

    /// <summary>The longest position or duration on a media time line, in ticks of 100 ns: 3,653
    /// years.</summary>
    public const long LastTick = (1L << 60) - 1;

    /// <summary>The last Unix second that a statement may name: the end of the year 9999.</summary>
    public const long LastUnixSecond = 253_402_300_799;

    /// <summary>Bytes of a stream's name in UTF-8, at most; at least one.</summary>
    public const int StreamNameBytes = 255;

    /// <summary>Bytes of a track's or a file's name in UTF-8, at most.</summary>
    public const int NameBytes = 255;

    /// <summary>How many blocks a part of that many bytes has.</summary>
    public static int BlockCount(int partBytes) => (partBytes + BlockBytes - 1) / BlockBytes;
}
