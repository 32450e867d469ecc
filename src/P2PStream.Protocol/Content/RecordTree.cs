using System.Numerics;

namespace P2PStream.Protocol;

/// <summary>The tree over all encoded records of an ended track, of RFC 6962's shape. Its root
/// stands in the catalog; a path proves an aligned range of records. Owns its levels, not the
/// records.</summary>
public sealed class RecordTree
{
    // From the leaves up; a lone last hash is promoted unchanged.
    private readonly Hash256[][] _levels;

    /// <summary>Builds the tree.</summary>
    /// <param name="leaves"><see cref="RecordCodec.Hash"/> of each encoded record, in order;
    /// copied.</param>
    /// <exception cref="ArgumentException">More than
    /// <see cref="ContentLimits.SegmentsPerTrack"/>.</exception>
    public RecordTree(IReadOnlyList<Hash256> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            leaves.Count, ContentLimits.SegmentsPerTrack, nameof(leaves));
        var level = new Hash256[leaves.Count];
        for (var i = 0; i < level.Length; i++) level[i] = leaves[i];
        var levels = new List<Hash256[]> { level };
        while (level.Length > 1)
        {
            var above = new Hash256[(level.Length + 1) / 2];
            for (var i = 0; i < level.Length / 2; i++)
                above[i] = TreeAccumulator.Join(level[2 * i], level[2 * i + 1]);
            if (level.Length % 2 == 1) above[^1] = level[^1];
            levels.Add(level = above);
        }

        _levels = [.. levels];
        Root = level.Length == 1 ? level[0] : RootOf(default);
    }

    /// <summary>The root, for <see cref="TrackDescription.RecordsRoot"/>.</summary>
    public Hash256 Root { get; }

    /// <summary>How many records it covers.</summary>
    public int Count => _levels[0].Length;

    /// <summary>The aligned range of at most <paramref name="limit"/> records that holds a record:
    /// what a server answers with when that record is wanted.</summary>
    /// <param name="index">The record, from 0.</param>
    /// <param name="limit">1 to <see cref="ContentLimits.RecordsPerBatch"/>; rounded down to a
    /// power of two.</param>
    public (int First, int Count) RangeAround(int index, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, ContentLimits.RecordsPerBatch);
        var size = 1 << BitOperations.Log2((uint)limit);
        var first = index & ~(size - 1);
        return (first, Math.Min(size, Count - first));
    }

    /// <summary>The hashes that lead from a range to the root, from below.</summary>
    /// <param name="first">Its first record, a multiple of its size rounded up to a power of
    /// two.</param>
    /// <param name="count">A power of two up to <see cref="ContentLimits.RecordsPerBatch"/>, or
    /// what is left to the end.</param>
    /// <exception cref="ArgumentException">No aligned range of this tree.</exception>
    public Hash256[] Path(int first, int count)
    {
        if (!TryAlign(first, count, Count, out var height))
            throw new ArgumentException("Not an aligned range of this tree.", nameof(first));
        var path = new List<Hash256>();
        var index = first >> height;
        for (var level = height; level < _levels.Length - 1; level++, index >>= 1)
        {
            var sibling = index ^ 1;
            if (sibling < _levels[level].Length) path.Add(_levels[level][sibling]);
        }

        return [.. path];
    }

    /// <summary>Whether these records are the range that begins at
    /// <paramref name="first"/>.</summary>
    /// <param name="recordHashes">Hashes of the encoded records of an aligned range.</param>
    /// <param name="first">Index of the first in the track.</param>
    /// <param name="total">Records in the track, from the catalog.</param>
    /// <param name="path">As <see cref="Path"/> gives it.</param>
    /// <param name="root">The root, from the catalog.</param>
    public static bool Verify(
        ReadOnlySpan<Hash256> recordHashes, int first, int total, ReadOnlySpan<Hash256> path,
        Hash256 root)
    {
        if (!TryAlign(first, recordHashes.Length, total, out var height)) return false;
        var node = RootOf(recordHashes);
        var index = first >> height;
        var width = (int)(((long)total + (1L << height) - 1) >> height);
        for (; width > 1; width = (width + 1) / 2, index >>= 1)
        {
            if ((index ^ 1) >= width) continue; // no sibling: promoted
            if (path.IsEmpty) return false;
            node = (index & 1) == 0
                ? TreeAccumulator.Join(node, path[0])
                : TreeAccumulator.Join(path[0], node);
            path = path[1..];
        }

        return path.IsEmpty && node == root;
    }

    private static Hash256 RootOf(ReadOnlySpan<Hash256> leaves)
    {
        var tree = new TreeAccumulator(stackalloc Hash256[TreeAccumulator.StackSize]);
        foreach (var leaf in leaves) tree.Add(leaf);
        return tree.Root();
    }

    /// <summary>The height of the subtree that a range is; only the track's end may cut one
    /// short.</summary>
    private static bool TryAlign(int first, int count, int total, out int height)
    {
        height = 0;
        if (count is < 1 or > ContentLimits.RecordsPerBatch || first < 0) return false;
        if (total > ContentLimits.SegmentsPerTrack || first > total - count) return false;
        height = BitOperations.Log2((uint)count);
        if (BitOperations.IsPow2(count)) return (first & (count - 1)) == 0;
        height++;
        return (first & ((1 << height) - 1)) == 0 && first + count == total;
    }
}
