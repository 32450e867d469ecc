using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A subscription to a block that is not here yet waits for it, within bounds.</summary>
public sealed class SubscriptionTests : IDisposable
{
    /// <summary>Subscriptions parked per peer, as <see cref="ParkedRequests"/> has it.</summary>
    private const uint MostParked = 512;

    private const int Giver = 1;
    private const int Subscriber = 2;

    private readonly TestStream _stream =
        new(2, 16 * ContentLimits.BlockBytes, TimeSpan.FromSeconds(2));

    private readonly SwarmProbe _probe;

    public SubscriptionTests()
    {
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Giver);
        _probe.Join(Subscriber);
    }

    private BlockId First => new(_stream.Records[0].Id, 0, 0);

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Fact]
    public void A_subscription_is_served_when_its_block_is_verified_and_not_before()
    {
        Ask(5, First);
        Assert.Empty(Served());
        Assert.Empty(Rejected());

        Fetch();

        var served = Assert.Single(Served());
        Assert.Equal((5u, First), (served.Request, served.Block));
        served.Lease!.Release();
    }

    [Fact]
    public void Every_subscriber_of_a_block_is_served_once()
    {
        for (uint request = 0; request < 3; request++) Ask(request, First);

        Fetch();

        var served = Served();
        Assert.Equal([0u, 1, 2], served.Select(command => command.Request));
        foreach (var command in served) command.Lease!.Release();
    }

    [Fact]
    public void A_plain_request_is_rejected_where_a_subscription_waits()
    {
        Ask(5, First, subscribes: false);
        Assert.Equal((uint)RejectReason.NotAvailable, Assert.Single(Rejected()).Value);
    }

    [Fact]
    public void A_cancelled_subscription_is_not_served()
    {
        Ask(5, First);
        _probe.Say(Subscriber, new SessionEvent
        {
            Kind = SessionEventKind.RequestCancelled,
            Channel = SwarmProbe.Channel,
            Request = 5,
            Block = First,
        });

        Fetch();

        Assert.Empty(Served());
    }

    [Fact]
    public void A_subscriber_that_left_is_not_served()
    {
        Ask(5, First);
        _probe.Swarm.PeerLeft(Subscriber, _probe.Now);

        Fetch();

        Assert.Empty(Served());
    }

    [Fact]
    public void A_peer_parks_so_many_and_what_it_took_back_counts_no_more()
    {
        for (uint request = 0; request < MostParked; request++) Ask(request, First);
        Assert.Empty(Rejected());
        Ask(MostParked, First);
        Assert.Equal(MostParked, Assert.Single(Rejected()).Request);

        _probe.Say(Subscriber, new SessionEvent
        {
            Kind = SessionEventKind.RequestCancelled,
            Channel = SwarmProbe.Channel,
            Request = 0,
            Block = First,
        });
        Ask(MostParked + 1, First);
        Assert.Empty(Rejected());
    }

    [Theory]
    [InlineData(99ul, 0, 0)]
    [InlineData(0ul, 1, 0)]
    [InlineData(0ul, 0, 16)]
    public void A_block_that_no_record_names_is_not_waited_for(ulong sequence, int part, int index)
    {
        Ask(5, new BlockId(
            new SegmentId(7, TestStream.Track, sequence), (ushort)part, (ushort)index));
        Assert.Equal((uint)RejectReason.NotAvailable, Assert.Single(Rejected()).Value);
    }

    private void Ask(uint request, BlockId block, bool subscribes = true) =>
        _probe.Say(Subscriber, new SessionEvent
        {
            Kind = SessionEventKind.Requested,
            Channel = SwarmProbe.Channel,
            Request = request,
            Block = block,
            Deadline = TimeSpan.FromSeconds(1),
            Value = subscribes ? 1u : 0,
        });

    /// <summary>The node reads the first segment, and so gets it.</summary>
    private void Fetch()
    {
        Assert.True(_probe.Swarm.OpenReader(1, First.Segment, _probe.Now));
        _probe.Say(Giver, SessionEventKind.HaveSegments, First);
        Assert.Equal(16, _probe.DeliverAll(Giver));
    }

    private IReadOnlyList<SessionCommand> Served() =>
        _probe.TakeCommands(Subscriber, SessionCommandKind.Serve);

    private IReadOnlyList<SessionCommand> Rejected() =>
        _probe.TakeCommands(Subscriber, SessionCommandKind.Reject);
}
