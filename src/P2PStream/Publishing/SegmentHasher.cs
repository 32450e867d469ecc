using System.Buffers;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>Reads a segment once and states what it is: its record and its leaf lists.</summary>
internal static class SegmentHasher
{
    public static async Task<HashedSegment> HashAsync(
        SourceSegment segment, uint epoch, long publishedAt, CancellationToken cancellationToken)
    {
        var block = ArrayPool<byte>.Shared.Rent(ContentLimits.BlockBytes);
        try
        {
            return await HashAsync(
                segment, epoch, publishedAt, block.AsMemory(0, ContentLimits.BlockBytes), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static async Task<HashedSegment> HashAsync(SourceSegment segment, uint epoch, long publishedAt,
        Memory<byte> block, CancellationToken cancellationToken)
    {
        var parts = new List<PartDigest>();
        var leafLists = new List<byte[]>();
        var leaves = new List<Hash256>();
        var length = 0;
        long total = 0;
        await using var stream = await segment.Open(cancellationToken);
        while (true)
        {
            var read = await stream.ReadAtLeastAsync(
                block, block.Length, throwOnEndOfStream: false, cancellationToken);
            if (read > 0)
            {
                leaves.Add(ContentTree.HashLeaf(block.Span[..read]));
                length += read;
                total += read;
            }

            if (total > ContentLimits.SegmentBytes)
                throw new StreamSourceException(
                    $"Segment {segment.Sequence} of track {segment.Track} is larger than "
                    + $"{ContentLimits.SegmentBytes >> 20} MiB: cut the media into shorter segments.");

            var isEnd = read < block.Length;
            if (isEnd ? length > 0 || parts.Count == 0 : leaves.Count == ContentLimits.BlocksPerPart)
            {
                ClosePart(parts, leafLists, leaves, length);
                length = 0;
            }

            if (isEnd) break;
        }

        return new HashedSegment(Record(segment, epoch, publishedAt, parts), leafLists);
    }

    private static void ClosePart(
        List<PartDigest> parts, List<byte[]> leafLists, List<Hash256> leaves, int length)
    {
        var hashes = leaves.ToArray();
        parts.Add(new PartDigest(length, ContentTree.PartRoot(hashes, length)));
        var list = new byte[hashes.Length * Hash256.Size];
        for (var i = 0; i < hashes.Length; i++) hashes[i].CopyTo(list.AsSpan(i * Hash256.Size));
        leafLists.Add(list);
        leaves.Clear();
    }

    private static SegmentRecord Record(
        SourceSegment segment, uint epoch, long publishedAt, List<PartDigest> parts) => new()
    {
        Id = new SegmentId(epoch, segment.Track, segment.Sequence),
        Root = ContentTree.SegmentRoot([.. parts]),
        Parts = parts,
        Start = segment.Start,
        Duration = segment.Duration,
        Tags = segment.Tags,
        OriginUri = segment.OriginUri,
        OriginOffset = segment.OriginOffset,
        Initialization = segment.Initialization,
        PublishedAt = publishedAt,
    };
}

/// <summary>A segment's record and its parts' leaf lists.</summary>
internal sealed record HashedSegment(SegmentRecord Record, IReadOnlyList<byte[]> Leaves);
