using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests.Peers;

public class UntoldBlocksTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(1);

    private readonly UntoldBlocks _untold = new();

    [Fact]
    public void The_first_is_told_at_once_and_the_next_after_a_pause()
    {
        _untold.Add(Block(0), Long, notBefore: null);
        Assert.True(_untold.MayTell(Start));
        Tell(Start);
        _untold.Add(Block(1), Long, notBefore: null);
        Assert.Equal(Start + Long, _untold.NextTelling);
        Assert.False(_untold.MayTell(Start + Long / 2 - Short));
        Assert.True(_untold.MayTell(Start + Long / 2));
    }

    [Fact]
    public void One_that_is_urgent_takes_those_along_that_could_wait()
    {
        Tell(Start);
        _untold.Add(Block(1), Long, notBefore: null);
        _untold.Add(Block(0), Short, notBefore: null);
        _untold.Add(Block(2), Long, notBefore: null);
        Assert.Equal(Start + Short, _untold.NextTelling);
        Assert.Equal([Block(0), Block(1), Block(2)], Tell(Start + Short));
        Assert.Null(_untold.NextTelling);
    }

    private List<BlockId> Tell(TimeSpan now)
    {
        var taken = new List<BlockId>();
        _untold.Take(now, taken);
        return taken;
    }

    private static BlockId Block(ushort index) => new(new SegmentId(1, 1, 1), 0, index);
}
