using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests.Peers;

public class PeerBlocksTests
{
    private PeerBlocks _blocks;

    [Fact]
    public void Blocks_are_found_whatever_the_order_in_which_they_came()
    {
        BlockId[] all = [At(1, 7, 0, 3), At(2, 7, 0, 3), At(1, 5, 1, 0), At(1, 5, 0, 99), At(1, 9, 0, 64)];
        foreach (var block in all) _blocks.Add(block, 1, blocksInPart: 100);
        Assert.Equal(all.Length, _blocks.Count);
        Assert.All(all, block => Assert.True(_blocks.Contains(block)));
        Assert.False(_blocks.Contains(At(1, 7, 0, 4)));
        Assert.False(_blocks.Contains(At(1, 7, 1, 3)));
        Assert.False(_blocks.Contains(At(3, 7, 0, 3)));
        Assert.False(_blocks.Contains(At(1, 5, 0, 1000)));
    }

    [Fact]
    public void A_run_ends_with_its_part()
    {
        _blocks.Add(At(1, 1, 0, 60), 100, blocksInPart: 70);
        Assert.False(_blocks.Contains(At(1, 1, 0, 59)));
        Assert.True(_blocks.Contains(At(1, 1, 0, 69)));
        Assert.False(_blocks.Contains(At(1, 1, 0, 70)));
    }

    [Fact]
    public void Whole_segments_are_forgotten_and_others_stay()
    {
        for (var sequence = 0ul; sequence < 10; sequence++)
        {
            _blocks.Add(At(1, sequence, 0, 0), 4, blocksInPart: 4);
            _blocks.Add(At(2, sequence, 0, 0), 4, blocksInPart: 4);
        }

        Assert.Equal(20, _blocks.Forget(new SegmentId(1, 1, 3), 4));
        Assert.Equal(16, _blocks.Count);
        for (var sequence = 0ul; sequence < 10; sequence++)
        {
            Assert.Equal(sequence is < 3 or > 6, _blocks.Contains(At(1, sequence, 0, 2)));
            Assert.True(_blocks.Contains(At(2, sequence, 0, 2)));
        }
    }

    private static BlockId At(ushort track, ulong sequence, ushort part, ushort index) =>
        new(new SegmentId(1, track, sequence), part, index);
}
