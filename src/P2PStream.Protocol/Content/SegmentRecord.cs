namespace P2PStream.Protocol;

/// <summary>What the publisher states about one segment. Immutable; true only once proven by a
/// signature or by a path to the catalog.</summary>
public sealed record SegmentRecord
{
    /// <summary>The segment.</summary>
    public required SegmentId Id { get; init; }

    /// <summary>Root of the tree over the parts.</summary>
    public required Hash256 Root { get; init; }

    /// <summary>The parts in order, at least one.</summary>
    public required IReadOnlyList<PartDigest> Parts { get; init; }

    /// <summary>Where the segment starts on its track's media time line.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>How long it plays; zero for an initialization segment or a piece of a plain
    /// file.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The playlist's own lines that precede the segment's URI, opaque; empty when
    /// none.</summary>
    public string Tags { get; init; } = "";

    /// <summary>Where the bytes lie at the origin, relative to the catalog's origin or absolute;
    /// empty when nowhere.</summary>
    public string OriginUri { get; init; } = "";

    /// <summary>Offset of the segment within <see cref="OriginUri"/>; -1 when it is the whole
    /// resource.</summary>
    public long OriginOffset { get; init; } = -1;

    /// <summary>Sequence in the track's initialization track; -1 when the segment needs
    /// none.</summary>
    public long Initialization { get; init; } = -1;

    /// <summary>When it was published, in Unix milliseconds; 0 for on-demand.</summary>
    public long PublishedAt { get; init; }

    /// <summary>Bytes in the whole segment.</summary>
    public long Length
    {
        get
        {
            long total = 0;
            for (var i = 0; i < Parts.Count; i++) total += Parts[i].Length;
            return total;
        }
    }

    /// <summary>Whether two proven records of one stream state different bytes under one id: proof
    /// that the publisher's key is misused. The stream stops there.</summary>
    public bool Contradicts(SegmentRecord other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Id == other.Id && Root != other.Root;
    }
}
