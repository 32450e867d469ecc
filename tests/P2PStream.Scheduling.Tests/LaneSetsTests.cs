namespace P2PStream.Scheduling.Tests;

public class LaneSetsTests
{
    [Fact]
    public void Each_lane_has_its_own_set_and_none_before_it_is_given_one()
    {
        var sets = default(LaneSets);
        ulong[] first = [1], fourth = [4];
        Assert.Null(sets[0]);
        Assert.Null(sets[3]);

        sets[2] = null;
        sets[3] = fourth;
        sets[0] = first;
        Assert.Equal([first, null, null, fourth, null], Enumerable.Range(0, 5).Select(lane => sets[lane]));

        sets[0] = null;
        sets[3] = null;
        Assert.All(Enumerable.Range(0, 5), lane => Assert.Null(sets[lane]));
    }
}
