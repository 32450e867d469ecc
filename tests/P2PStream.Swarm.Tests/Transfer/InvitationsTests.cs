using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests.Transfer;

/// <summary>Who is remembered to be invited.</summary>
public sealed class InvitationsTests
{
    private const ushort Blocks = ContentLimits.BlocksPerPart;

    private static readonly BlockId First = new(new SegmentId(1, 1, 0), 0, 0);

    [Fact]
    public void Who_asks_for_everything_takes_nobody_elses_place()
    {
        var invitations = new Invitations();
        var (modest, greedy) = (Peer(1), Peer(2));
        invitations.Add(modest, First, new byte[Blocks]);
        var copies = new byte[Blocks];
        copies.AsSpan().Fill(2);
        for (ushort block = 1; block < Blocks; block++)
            invitations.Add(greedy, First with { Index = block }, copies);

        Assert.InRange(invitations.Count, 2, Blocks / 2);
        Assert.True(invitations.TryTake(most: 1, TimeSpan.Zero, out var peer, out var invited));
        Assert.Equal((modest, First), (peer, invited));
        Assert.True(invitations.TryTake(most: 1, TimeSpan.FromSeconds(1), out peer, out invited));
        Assert.Same(greedy, peer);
    }

    private static SwarmPeer Peer(int number)
    {
        var peer = new SwarmPeer(number, default, channel: 1, source: 0, TimeSpan.Zero)
        {
            Budget = new RemoteBudget(TimeSpan.Zero),
        };
        peer.SetInterest(First.Segment.Track, 0, 1);
        return peer;
    }
}
