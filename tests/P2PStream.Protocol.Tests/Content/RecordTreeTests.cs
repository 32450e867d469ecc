namespace P2PStream.Protocol.Tests.Content;

public sealed class RecordTreeTests
{
    public static TheoryData<int> Sizes =>
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 64, 65, 100, 127, 130, 200];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Root_has_the_shape_of_RFC_6962(int total)
    {
        var leaves = Leaves(total);
        Assert.Equal(ReferenceTree.Tree(leaves), new RecordTree(leaves).Root);
    }

    [Fact]
    public void A_track_without_segments_has_the_root_of_the_empty_tree() =>
        Assert.Equal(ReferenceTree.Tree([]), new RecordTree([]).Root);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_aligned_range_verifies_at_its_place_alone(int total)
    {
        var leaves = Leaves(total);
        var tree = new RecordTree(leaves);
        for (var limit = 1; limit <= ContentLimits.RecordsPerBatch; limit *= 2)
        {
            for (var index = 0; index < total; index += limit)
            {
                var (first, count) = tree.RangeAround(index, limit);
                var path = tree.Path(first, count);
                var range = leaves.AsSpan(first, count);
                Assert.True(RecordTree.Verify(range, first, total, path, tree.Root));
                Assert.False(RecordTree.Verify(range, first + 1, total, path, tree.Root));
                Assert.False(RecordTree.Verify(range, first + count, total, path, tree.Root));
                Assert.False(RecordTree.Verify(range, first, total, [.. path, default], tree.Root));
                if (path.Length > 0)
                    Assert.False(RecordTree.Verify(range, first, total, path.AsSpan(1), tree.Root));
            }
        }
    }

    [Fact]
    public void Changed_hashes_do_not_verify()
    {
        var leaves = Leaves(13);
        var tree = new RecordTree(leaves);
        var path = tree.Path(8, 4);
        var range = leaves.AsSpan(8, 4).ToArray();
        for (var i = 0; i < range.Length; i++)
        {
            var changed = range.ToArray();
            changed[i] = ReferenceTree.Numbered(1000);
            Assert.False(RecordTree.Verify(changed, 8, 13, path, tree.Root));
        }

        for (var i = 0; i < path.Length; i++)
        {
            var changed = path.ToArray();
            changed[i] = ReferenceTree.Numbered(1000);
            Assert.False(RecordTree.Verify(range, 8, 13, changed, tree.Root));
        }

        (range[0], range[1]) = (range[1], range[0]);
        Assert.False(RecordTree.Verify(range, 8, 13, path, tree.Root));
    }

    [Fact]
    public void Inner_nodes_do_not_pass_for_records()
    {
        // Without domains, the two hashes below a root of four would verify as a track of two.
        var tree = new RecordTree(Leaves(4));
        var left = new RecordTree(Leaves(4)[..2]).Root;
        var right = new RecordTree(Leaves(4)[2..]).Root;
        Assert.False(RecordTree.Verify([left, right], 0, 4, [], tree.Root));
        // A lie about the total is the catalog signer's alone; records are domain-separated from
        // nodes.
        Assert.NotEqual(
            left, RecordCodec.Hash([.. Leaves(1)[0].ToArray(), .. Leaves(2)[1].ToArray()]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(0, 3)]
    [InlineData(8, 6)]
    [InlineData(13, 1)]
    [InlineData(0, 65)]
    [InlineData(int.MaxValue, 1)]
    public void A_range_that_is_not_aligned_is_none(int first, int count)
    {
        var tree = new RecordTree(Leaves(13));
        Assert.Throws<ArgumentException>(() => tree.Path(first, count));
        if (count > 0)
            Assert.False(RecordTree.Verify(Leaves(count), first, 13, [], tree.Root));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(int.MaxValue)]
    public void A_total_out_of_range_does_not_verify(int total) =>
        Assert.False(RecordTree.Verify(Leaves(1), 0, total, [], Leaves(1)[0]));

    private static Hash256[] Leaves(int count) =>
        [.. Enumerable.Range(0, count).Select(ReferenceTree.Numbered)];
}
