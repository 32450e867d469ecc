using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests.Transfer;

/// <summary>Requests that wait at a node keep what is needed to answer them.</summary>
public class WaitingRequestsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly SessionEvent Request = new()
    {
        Kind = SessionEventKind.Requested,
        Request = 7,
        Block = new BlockId(new SegmentId(1, 2, 3), 0, 4),
        Value = 1,
        Deadline = 10 * Second,
    };

    [Fact]
    public void What_waits_to_spread_comes_with_what_is_left_of_its_time()
    {
        var queue = new SpreadQueue();
        var peer = new SwarmPeer(1, default, channel: 1, source: 0, TimeSpan.Zero)
        {
            Budget = new RemoteBudget(TimeSpan.Zero),
        };
        queue.Add(peer, Request, new byte[8], isLive: true, now: Second);

        Assert.True(queue.TryTake(3 * Second, out var who, out var taken));
        Assert.Same(peer, who);
        Assert.Equal(Request with { Deadline = 8 * Second }, taken);
    }

    [Fact]
    public void A_peer_holds_since_the_oldest_block_that_it_has_not_taken()
    {
        var requests = new RelaxedRequests();
        Assert.False(requests.HoldsFor(TimeSpan.Zero, Second));
        requests.Handed(isPressing: true, Second);
        requests.Handed(isPressing: true, 3 * Second);
        Assert.True(requests.HoldsFor(2 * Second, 3 * Second));

        Assert.True(requests.Served());
        Assert.Equal(1, requests.Pressing);
        Assert.False(requests.HoldsFor(2 * Second, 4 * Second));
        Assert.True(requests.HoldsFor(2 * Second, 5 * Second));
    }
}
