using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Who waits for a block is given it once.</summary>
public sealed class ParkedRequestsTests
{
    private static readonly BlockId First = new(new SegmentId(1, 1, 0), 0, 0);
    private static readonly BlockId Second = First with { Index = 1 };

    [Fact]
    public void Who_was_taken_waits_no_more_and_may_wait_again()
    {
        var parked = new ParkedRequests();
        Add(parked, peer: 1, request: 1, First);
        Add(parked, peer: 1, request: 2, First);
        Add(parked, peer: 2, request: 1, First);
        Add(parked, peer: 1, request: 3, Second);

        Assert.Equal([(1, 1u), (1, 2u), (2, 1u)], parked.Take(First).Select(each => (each.Peer, each.Request)));
        Assert.Empty(parked.Take(First));
        Assert.False(parked.Remove(2, 1));

        Add(parked, peer: 2, request: 1, First);
        parked.RemovePeer(1);
        Assert.Empty(parked.Take(Second));
        Assert.Single(parked.Take(First));
    }

    private static void Add(ParkedRequests parked, int peer, uint request, BlockId block) =>
        Assert.True(parked.Add(peer, request, block, TimeSpan.FromSeconds(1)));
}
