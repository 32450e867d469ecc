using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Each reason for which a player stalls, or the origin is asked, is provoked and told.</summary>
public sealed class ExplanationTests : IDisposable
{
    private const int Giver = 1;
    private const uint ViewerWithOrigin = (uint)(InterestRole.Viewer | InterestRole.UsesOrigin);

    private TestStream _stream = Stream(blocks: 16);

    private SwarmProbe? _probe;

    private BlockId First => new(_stream.Records[0].Id, 0, 0);

    private SwarmProbe Probe => _probe!;

    private static TestStream Stream(int blocks) =>
        new(segments: 3, blocks * ContentLimits.BlockBytes, TimeSpan.FromSeconds(2));

    public void Dispose()
    {
        _probe?.Dispose();
        Assert.Equal(0, _probe?.Pool.Rented ?? 0);
        _stream.Dispose();
    }

    [Fact]
    public void Nobody_is_linked()
    {
        Watch();
        Assert.Equal(SupplyReason.NobodyLinked, WhyStalled());
    }

    [Fact]
    public void No_record_is_known()
    {
        _probe = new SwarmProbe(_stream);
        Probe.Join(Giver);
        Assert.Equal(SupplyReason.LateRecord, WhyStalled());
    }

    [Fact]
    public void No_peer_has_it()
    {
        Watch(peers: 1);
        Assert.Equal(SupplyReason.NoHolder, WhyStalled());
    }

    [Fact]
    public void No_peer_had_it_soon_enough()
    {
        Watch(peers: 1);
        Play(-TimeSpan.FromSeconds(5));
        Probe.Pass(TimeSpan.FromSeconds(4.999));
        Has(Giver);
        Assert.Equal(SupplyReason.NoHolder, WhyStalled());
    }

    [Fact]
    public void A_peer_that_was_expected_in_time_lets_it_lie()
    {
        // Few blocks: all of what is read is asked of the peer at once.
        _stream.Dispose();
        _stream = Stream(blocks: 4);
        Watch(peers: 1);
        Play(-TimeSpan.FromSeconds(5));
        Has(Giver);
        Probe.Pass(TimeSpan.FromMilliseconds(10));
        Assert.Equal(SupplyReason.WrongEstimate, WhyStalled());
    }

    [Fact]
    public void A_peer_is_known_to_be_too_slow()
    {
        Watch(peers: 1);
        Play(-TimeSpan.FromSeconds(60));
        Probe.Say(Giver, new SessionEvent
        {
            Kind = SessionEventKind.Credit,
            Channel = SwarmProbe.Channel,
            Count = 1,
        });
        Has(Giver);
        for (var block = 1; block <= 6; block++)
        {
            Probe.Pass(TimeSpan.FromMilliseconds(400));
            if (block == 6) Play(TimeSpan.Zero);
            Probe.Deliver(Giver, Assert.Single(
                Probe.TakeCommands(Giver, SessionCommandKind.Request)));
        }

        Assert.Equal(SupplyReason.SlowHolder, WhyStalled());
    }

    [Fact]
    public void The_peer_that_was_to_bring_it_leaves()
    {
        Watch(peers: 2);
        Has(Giver);
        ReleaseRequests(Giver);
        Probe.Swarm.PeerLeft(Giver, Probe.Now);
        Assert.Equal(SupplyReason.HolderLeft, WhyStalled());
    }

    [Fact]
    public void The_peer_that_was_asked_refuses()
    {
        Watch(peers: 1);
        Has(Giver);
        foreach (var request in Probe.TakeCommands(Giver, SessionCommandKind.Request))
        {
            request.Lease!.Release();
            Probe.Swarm.Receive(Giver, new SessionEvent
            {
                Kind = SessionEventKind.Rejected,
                Channel = SwarmProbe.Channel,
                Request = request.Request,
                Value = (uint)RejectReason.NotAvailable,
            }, Probe.Now);
        }

        Assert.Equal(SupplyReason.HolderRefused, WhyStalled());
    }

    [Fact]
    public void What_came_was_wrong()
    {
        Watch(peers: 1);
        Has(Giver);
        Probe.GivesZeros = true;
        Probe.DeliverAll(Giver);
        Assert.Equal(SupplyReason.WrongBytes, WhyStalled());
    }

    [Fact]
    public void Memory_has_no_room()
    {
        _probe = new SwarmProbe(_stream, poolBlocks: 24);
        Start();
        Probe.Join(Giver);
        var taken = new List<Lease>();
        while (Probe.Pool.TryRent(ContentLimits.BlockBytes, out var lease)) taken.Add(lease!);
        Has(Giver);
        Assert.Equal(SupplyReason.NoRoom, WhyStalled());
        foreach (var lease in taken) lease.Release();
    }

    [Fact]
    public void The_player_has_not_read_what_is_here()
    {
        Watch(peers: 1);
        Has(Giver);
        Probe.DeliverAll(Giver);
        Assert.Equal(SupplyReason.Unread, WhyStalled());
    }

    [Fact]
    public void The_origin_is_asked_because_nobody_is_there_and_is_slow()
    {
        Watch(useOrigin: true);
        Assert.All(WhyOrigin(), reason => Assert.Equal(SupplyReason.NobodyLinked, reason));
        Assert.Equal(SupplyReason.SlowOrigin, WhyStalled());
    }

    [Fact]
    public void The_origin_is_asked_for_the_first_copy_by_who_was_elected()
    {
        Watch(peers: 1, useOrigin: true, self: Elected(isSelf: true), join: Follow);
        Probe.Pass(TimeSpan.FromSeconds(1));
        Assert.All(WhyOrigin(), reason => Assert.Equal(SupplyReason.FirstCopy, reason));
    }

    [Fact]
    public void The_origin_is_asked_for_what_who_was_elected_did_not_bring()
    {
        Watch(peers: 1, useOrigin: true, self: Elected(isSelf: false), join: Follow);
        Probe.Pass(TimeSpan.FromSeconds(3));
        Assert.Contains(SupplyReason.NoHolder, WhyOrigin());
    }

    [Theory]
    [InlineData(0, SupplyReason.SlowHolder)]
    [InlineData(-3, SupplyReason.WrongEstimate)]
    public void The_origin_is_asked_for_what_a_peer_was_to_bring(int position, SupplyReason reason)
    {
        // Few blocks: all that is due first is asked of the peer at once.
        _stream.Dispose();
        _stream = Stream(blocks: 4);
        _probe = new SwarmProbe(_stream, useOrigin: true, self: Elected(isSelf: true));
        Probe.Join(Giver);
        Follow(Giver);
        Probe.Say(Giver, SessionEventKind.HaveSegments, First, count: 3);
        Start(position);
        Probe.Pass(TimeSpan.FromSeconds(8));
        // A request to the origin tells of its first block; each is counted.
        Assert.True(Probe.Swarm.Counters.OriginReasons[reason] > 0);
    }

    private void Watch(
        int peers = 0, bool useOrigin = false, byte self = 0, Action<int>? join = null)
    {
        _probe = new SwarmProbe(_stream, useOrigin, self: self);
        for (var peer = 1; peer <= peers; peer++)
        {
            Probe.Join(peer);
            join?.Invoke(peer);
        }

        Start();
    }

    private void Start(int position = 0)
    {
        _stream.PublishTo(Probe.Swarm, Probe.Now);
        Probe.Swarm.DiscoveryDone(Probe.Now);
        Assert.True(Probe.Swarm.OpenReader(1, First.Segment, Probe.Now));
        Play(TimeSpan.FromSeconds(position));
        Probe.Turn();
    }

    private void Play(TimeSpan position)
    {
        Probe.Swarm.Play(position, isMoving: true, 1, Probe.Now);
        Probe.Turn();
    }

    private void Has(int peer) => Probe.Say(peer, SessionEventKind.HaveSegments, First);

    private void Follow(int peer) =>
        Probe.Say(peer, SessionEventKind.Interest, First, count: 3, value: ViewerWithOrigin);

    private void ReleaseRequests(int peer)
    {
        foreach (var request in Probe.TakeCommands(peer, SessionCommandKind.Request))
            request.Lease!.Release();
    }

    private SupplyReason WhyStalled()
    {
        Probe.Swarm.PlayerStalled(TimeSpan.Zero, Probe.Now);
        Probe.Turn();
        var stall = Assert.Single(Probe.Take(SwarmEffectKind.Stalled));
        Assert.Equal(1, Probe.Swarm.Counters.StallReasons[stall.Reason]);
        if (stall.Reason is not SupplyReason.LateRecord and not SupplyReason.Unread)
            Assert.Equal(First.Segment, stall.Block.Segment);
        return stall.Reason;
    }

    private SupplyReason[] WhyOrigin()
    {
        var reasons = Probe.Effects.Where(effect => effect.Kind == SwarmEffectKind.FetchOrigin)
            .Select(effect => effect.Reason).ToArray();
        Assert.NotEmpty(reasons);
        Assert.All(reasons, reason => Assert.True(Probe.Swarm.Counters.OriginReasons[reason] > 0));
        return reasons;
    }

    /// <summary>An identity that is elected before, or after, the peer's for the first segment.</summary>
    private byte Elected(bool isSelf)
    {
        var other = OriginElection.Rank(SwarmProbe.Identity(Giver), First.Segment);
        for (byte self = 2; ; self++)
            if (OriginElection.Rank(SwarmProbe.Identity(self), First.Segment) < other == isSelf)
                return self;
    }
}
