using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>SHA-256 trees over content: blocks to a part's root, parts to a segment's root.
/// Specified in docs/content-encodings.md. Static, safe on any thread, without allocation per
/// block.</summary>
public static class ContentTree
{
    private const int LengthBytes = 4;

    /// <summary>Hashes one block: SHA-256(leaf domain, 64 bytes || block).</summary>
    /// <param name="block">At most <see cref="ContentLimits.BlockBytes"/> bytes.</param>
    public static Hash256 HashLeaf(ReadOnlySpan<byte> block) => DomainHash.Of(Domains.Leaf, block);

    /// <summary>Root of a part: a tree of RFC 6962's shape over its leaves, bound to its
    /// length.</summary>
    /// <param name="leaves">One hash a block.</param>
    /// <param name="length">Bytes in the part, 0 to <see cref="ContentLimits.PartBytes"/>.</param>
    /// <exception cref="ArgumentException">The length is out of range or has another number of
    /// blocks.</exception>
    public static Hash256 PartRoot(ReadOnlySpan<Hash256> leaves, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ContentLimits.PartBytes);
        if (leaves.Length != ContentLimits.BlockCount(length))
            throw new ArgumentException("A part has one leaf a block.", nameof(leaves));
        var tree = new TreeAccumulator(stackalloc Hash256[TreeAccumulator.StackSize]);
        foreach (var leaf in leaves) tree.Add(leaf);
        return Bind(Domains.Part, length, tree.Root());
    }

    /// <summary>Root of a segment: a tree over the digests of its parts, bound to their
    /// number.</summary>
    /// <param name="parts">1 to <see cref="ContentLimits.PartsPerSegment"/> parts; an empty segment
    /// has one part of length 0.</param>
    /// <exception cref="ArgumentException">Another number of parts.</exception>
    public static Hash256 SegmentRoot(ReadOnlySpan<PartDigest> parts)
    {
        if (parts.Length is 0 or > ContentLimits.PartsPerSegment)
            throw new ArgumentException("A segment has 1 to 64 parts.", nameof(parts));
        var tree = new TreeAccumulator(stackalloc Hash256[TreeAccumulator.StackSize]);
        foreach (var part in parts) tree.Add(Bind(Domains.PartOfSegment, part.Length, part.Root));
        return Bind(Domains.Segment, parts.Length, tree.Root());
    }

    /// <summary>Whether a leaf list from a peer is the one that a part's root was made
    /// of.</summary>
    /// <param name="leafList">32 bytes a block.</param>
    /// <param name="part">The part, from a proven record.</param>
    public static bool VerifyLeaves(ReadOnlySpan<byte> leafList, in PartDigest part)
    {
        if (part.Length is < 0 or > ContentLimits.PartBytes) return false;
        if (leafList.Length != part.Blocks * Hash256.Size) return false;
        var tree = new TreeAccumulator(stackalloc Hash256[TreeAccumulator.StackSize]);
        for (; !leafList.IsEmpty; leafList = leafList[Hash256.Size..])
            tree.Add(new Hash256(leafList[..Hash256.Size]));
        return Bind(Domains.Part, part.Length, tree.Root()) == part.Root;
    }

    /// <summary>SHA-256(domain || number, 4 bytes little-endian || hash).</summary>
    private static Hash256 Bind(byte[] domain, int number, Hash256 hash)
    {
        Span<byte> bound = stackalloc byte[LengthBytes + Hash256.Size];
        BinaryPrimitives.WriteInt32LittleEndian(bound, number);
        hash.CopyTo(bound[LengthBytes..]);
        return DomainHash.Of(domain, bound);
    }
}
