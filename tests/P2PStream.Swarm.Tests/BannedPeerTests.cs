using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A peer that lied is not listened to until its link has ended: thousands of its messages may wait, and to
/// check the signatures of each takes milliseconds.</summary>
public sealed class BannedPeerTests : IDisposable
{
    private const int Liar = 1;

    private readonly TestStream _stream =
        new(2, ContentLimits.BlockBytes, TimeSpan.FromSeconds(2), hasOrigin: false);

    private readonly SwarmProbe _probe;

    public BannedPeerTests()
    {
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Liar);
        Lie();
    }

    private BlockId First => new(_stream.Records[0].Id, 0, 0);

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Fact]
    public void It_is_banned_once()
    {
        Lie();

        Assert.Single(_probe.Take(SwarmEffectKind.Ban));
    }

    [Fact]
    public void It_is_asked_and_told_nothing_for_what_it_says_then()
    {
        Assert.True(_probe.Swarm.OpenReader(1, First.Segment, _probe.Now));
        _probe.Say(Liar, SessionEventKind.HaveSegments, First);
        _probe.Say(Liar, SessionEventKind.LeavesWanted, First);

        Assert.Empty(_probe.TakeCommands(Liar, SessionCommandKind.Request));
        Assert.Empty(_probe.TakeCommands(Liar, SessionCommandKind.SendLeaves));
    }

    [Fact]
    public void A_block_that_it_brings_is_given_back()
    {
        Assert.True(_probe.Pool.TryRent(ContentLimits.BlockBytes, out var lease));

        _probe.Say(Liar, new SessionEvent
        {
            Kind = SessionEventKind.BlockArrived,
            Channel = SwarmProbe.Channel,
            Block = First,
            Lease = lease,
        });

        Assert.Equal(0, _probe.Pool.Rented);
        Assert.Equal(0, _probe.Swarm.Counters.BytesWasted);
    }

    private void Lie() => _probe.Say(Liar, new SessionEvent
    {
        Kind = SessionEventKind.Authority,
        Channel = SwarmProbe.Channel,
        Payload = new byte[] { 1 },
    });
}
