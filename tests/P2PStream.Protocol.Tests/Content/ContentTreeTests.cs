namespace P2PStream.Protocol.Tests.Content;

public sealed class ContentTreeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(16 * 1024)]
    public void Leaf_is_the_hash_of_the_padded_domain_and_the_block(int length)
    {
        var block = Bytes(length);
        Assert.Equal(ReferenceTree.Hash("P2PStream leaf v1", block), ContentTree.HashLeaf(block));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(63)]
    [InlineData(129)]
    [InlineData(4096)]
    public void Part_root_has_the_shape_of_RFC_6962(int blocks)
    {
        var leaves = Leaves(blocks);
        var length = Math.Max(0, blocks * ContentLimits.BlockBytes - 3);
        Assert.Equal(ReferenceTree.Part(leaves, length), ContentTree.PartRoot(leaves, length));
    }

    [Fact]
    public void Part_root_binds_the_length()
    {
        var leaves = Leaves(2);
        Assert.NotEqual(
            ContentTree.PartRoot(leaves, ContentLimits.BlockBytes + 1),
            ContentTree.PartRoot(leaves, ContentLimits.BlockBytes + 2));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 16 * 1024 + 1)]
    public void Part_root_refuses_another_number_of_leaves(int leaves, int length) =>
        Assert.ThrowsAny<ArgumentException>(() => ContentTree.PartRoot(Leaves(leaves), length));

    [Theory]
    [InlineData(-1)]
    [InlineData(ContentLimits.PartBytes + 1)]
    public void Part_root_refuses_a_length_out_of_range(int length) =>
        Assert.ThrowsAny<ArgumentException>(() => ContentTree.PartRoot(Leaves(1), length));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    public void Segment_root_is_a_tree_over_part_digests(int count)
    {
        var parts = Parts(count);
        Assert.Equal(ReferenceTree.Segment(parts), ContentTree.SegmentRoot(parts));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void Segment_root_refuses_another_number_of_parts(int count) =>
        Assert.Throws<ArgumentException>(() => ContentTree.SegmentRoot(Parts(count)));

    [Fact]
    public void An_empty_segment_has_a_root_of_its_own()
    {
        var part = new PartDigest(0, ContentTree.PartRoot([], 0));
        Assert.True(ContentTree.VerifyLeaves([], part));
        Assert.NotEqual(part.Root, ContentTree.SegmentRoot([part]));
        Assert.NotEqual(ContentTree.SegmentRoot([part]), ContentTree.SegmentRoot([part, part]));
    }

    [Fact]
    public void No_tree_passes_for_another()
    {
        // One block, one part: without domains all of these would be one hash.
        var leaf = ContentTree.HashLeaf(Bytes(100));
        var part = new PartDigest(100, ContentTree.PartRoot([leaf], 100));
        Hash256[] all =
        [
            leaf, part.Root, ContentTree.SegmentRoot([part]), ReferenceTree.Tree([leaf, leaf]),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void Leaf_list_verifies_and_a_changed_one_does_not(int blocks)
    {
        var length = blocks * ContentLimits.BlockBytes - 5;
        var leaves = Leaves(blocks);
        var part = new PartDigest(length, ContentTree.PartRoot(leaves, length));
        byte[] list = [.. leaves.SelectMany(leaf => leaf.ToArray())];
        Assert.True(ContentTree.VerifyLeaves(list, part));
        for (var i = 0; i < list.Length; i++)
        {
            list[i] ^= 0x40;
            Assert.False(ContentTree.VerifyLeaves(list, part));
            list[i] ^= 0x40;
        }

        Assert.False(ContentTree.VerifyLeaves(list.AsSpan(1), part));
        Assert.False(ContentTree.VerifyLeaves(list.AsSpan(32), part));
        Assert.False(ContentTree.VerifyLeaves([.. list, .. new byte[32]], part));
        Assert.False(ContentTree.VerifyLeaves(list, part with { Length = length - 1 }));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(ContentLimits.PartBytes + 1)]
    [InlineData(int.MaxValue)]
    public void Leaf_list_of_a_part_out_of_range_does_not_verify(int length) =>
        Assert.False(ContentTree.VerifyLeaves(new byte[32], new PartDigest(length, default)));

    [Fact]
    public void Hashing_a_block_allocates_nothing()
    {
        var block = Bytes(ContentLimits.BlockBytes);
        ContentTree.HashLeaf(block);
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 100; i++) ContentTree.HashLeaf(block);
        }));
    }

    [Fact]
    public void Blocks_may_be_hashed_on_many_threads()
    {
        byte[][] blocks = [.. Enumerable.Range(1, 200).Select(i => Bytes(i * 50))];
        var hashes = new Hash256[blocks.Length];
        Parallel.For(0, blocks.Length, i => hashes[i] = ContentTree.HashLeaf(blocks[i]));
        for (var i = 0; i < blocks.Length; i++)
            Assert.Equal(ReferenceTree.Hash("P2PStream leaf v1", blocks[i]), hashes[i]);
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static Hash256[] Leaves(int count) =>
        [.. Enumerable.Range(0, count).Select(ReferenceTree.Numbered)];

    private static PartDigest[] Parts(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
            new PartDigest(i * 1000, ReferenceTree.Numbered(i))),
    ];
}
