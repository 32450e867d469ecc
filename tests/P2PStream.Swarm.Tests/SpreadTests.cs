using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A publisher of a live stream whose line is full: what it sends first, whom it sends away, and when it
/// has them back.</summary>
public sealed class SpreadTests : IDisposable
{
    private const int Blocks = 8;
    private const int First = 1;
    private const int Second = 2;
    private const int Third = 3;

    /// <summary>Blocks with sessions while nothing is known of the line.</summary>
    private const int Ahead = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private TestStream _stream = Make(isLive: true, hasOrigin: false);
    private SwarmProbe _probe;
    private readonly Queue<(int Peer, uint Request, BlockId Block)> _line = new();
    private uint _request;

    public SpreadTests() => _probe = Start();

    private static TestStream Make(bool isLive, bool hasOrigin) =>
        new(2, (Blocks - 1) * ContentLimits.BlockBytes + 200, TimeSpan.FromSeconds(2), hasOrigin)
        {
            IsLive = isLive,
        };

    private SwarmProbe Start()
    {
        _probe = new SwarmProbe(_stream, isViewer: false, servesMedia: true);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        for (var peer = First; peer <= Third; peer++)
        {
            _probe.Join(peer);
            _probe.Say(peer, SessionEventKind.Interest, Block(0), count: 2, (uint)InterestRole.Viewer);
        }

        return _probe;
    }

    private void Restart(bool isLive, bool hasOrigin)
    {
        Dispose();
        _stream = Make(isLive, hasOrigin);
        Start();
    }

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Fact]
    public void What_nobody_has_been_given_leaves_before_the_second_copy_of_another()
    {
        Send(First, 0, 1);
        Send(Third, 2, 3);
        _probe.Pass(Patience);
        Ask(First, 4);
        Ask(First, 5);
        Ask(Second, 0);
        Ask(Second, 1);
        Ask(Third, 6);

        Assert.Equal([4, 5, 6, 0, 1], SendAll().Select(sent => (int)sent.Block.Index));
    }

    [Fact]
    public void A_session_is_handed_no_more_than_the_line_is_about_to_send()
    {
        for (var block = 0; block < Blocks; block++) Ask(First, block);
        Read();
        Assert.Equal(Ahead, _line.Count);
    }

    [Fact]
    public void A_line_that_sends_more_is_handed_more()
    {
        for (var block = 0; block < Blocks; block++) Ask(First, block);
        for (var sent = 0; sent < 3; sent++) SendOne();
        Read();
        Assert.Equal(3, _line.Count);
    }

    /// <summary>Who starts or jumps does not wait until it is seen again how quick a line is.</summary>
    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, Ahead)]
    public void A_line_that_was_idle_is_handed_what_it_can_send_for_who_is_about_to_play(double seconds, int handed)
    {
        Restart(isLive: false, hasOrigin: false);
        Send(First, 0, 1, 2, 3, 4);
        _probe.Pass(TimeSpan.FromSeconds(1));
        for (var block = 0; block < Blocks; block++) Ask(Second, block, seconds);
        Read();
        Assert.Equal(handed, _line.Count);
    }

    [Fact]
    public void Who_asks_for_everything_does_not_get_it_before_who_asks_for_little()
    {
        for (var block = 0; block < Blocks; block++) Ask(First, block);
        for (var block = 4; block < Blocks; block++) Ask(block % 2 == 0 ? Second : Third, block);

        var first = SendAll().TakeLast(Blocks + 4).ToArray();

        // Both others have their four before the greedy one has more than it could not be refused.
        Assert.Equal(4, first.Take(6).Count(sent => sent.Peer != First));
    }

    [Fact]
    public void Who_asks_for_a_further_copy_is_sent_away_and_who_asks_for_a_first_is_not()
    {
        Ask(First, 0);
        Ask(First, 1);
        var repeat = Ask(Second, 0);
        Ask(Second, 2);

        _probe.Pass(Patience);

        var refused = Assert.Single(Rejected(Second));
        Assert.Equal((repeat, (uint)RejectReason.Refused), (refused.Request, refused.Value));
    }

    [Fact]
    public void Who_was_sent_away_is_invited_when_there_is_nothing_else_to_send()
    {
        Ask(First, 0);
        Ask(First, 1);
        Ask(Second, 0);
        Read();
        _probe.Pass(Patience);
        Assert.Empty(Invited(Second));

        SendAll();
        _probe.Pass(Patience);

        Assert.Equal(Block(0), Assert.Single(Invited(Second)));
        _probe.Pass(TimeSpan.FromSeconds(1));
        Assert.Empty(Invited(Second));
    }

    /// <summary>It asks for what nobody else wants, so that it could wait for ever.</summary>
    [Fact]
    public void Who_takes_nothing_keeps_nobody_from_being_invited()
    {
        Ask(Third, 6);
        Read();
        _line.Clear();
        _probe.Pass(TimeSpan.FromMilliseconds(400));
        Ask(Third, 7);
        Ask(First, 0);
        Ask(First, 1);
        Ask(Second, 0);
        Read();
        _probe.Pass(Patience);
        Assert.Single(Rejected(Second));

        SendAll();
        _probe.Pass(Patience);

        Assert.Equal(Block(0), Assert.Single(Invited(Second)));
    }

    [Fact]
    public void Who_has_it_by_then_is_not_invited()
    {
        Ask(First, 0);
        Ask(First, 1);
        Ask(Second, 0);
        Read();
        _probe.Pass(Patience);
        _probe.Say(Second, SessionEventKind.HaveSegments, Block(0));

        SendAll();
        _probe.Pass(Patience);

        Assert.Empty(Invited(Second));
    }

    /// <summary>Of what has ended each plays something else: who starts does not wait until all others have what
    /// they play later.</summary>
    [Theory]
    [InlineData(false, new[] { 2, 3, 0, 1, 4 })]
    [InlineData(true, new[] { 2, 3, 1, 4, 0 })]
    public void Who_is_about_to_play_goes_first_unless_all_play_the_same(bool isLive, int[] order)
    {
        Restart(isLive, hasOrigin: false);
        Send(First, 0);
        _probe.Pass(Patience);
        Ask(First, 2);
        Ask(First, 3);
        Ask(First, 1);
        Ask(First, 4);
        Ask(Second, 0, seconds: 1);
        if (!isLive)
        {
            _probe.Pass(Patience);
            Assert.Empty(Rejected(Second));
        }

        Assert.Equal(order, SendAll().Select(sent => (int)sent.Block.Index));
    }

    [Fact]
    public void Where_there_is_an_origin_what_has_ended_is_served_as_it_is_asked_for()
    {
        Restart(isLive: false, hasOrigin: true);
        for (var block = 0; block < Blocks; block++) Ask(First, block);
        Read();
        Assert.Equal(Blocks, _line.Count);
    }

    [Fact]
    public void Where_givers_are_scarce_too_it_waits_for_the_line()
    {
        Restart(isLive: false, hasOrigin: true);
        const InterestRole lacking = InterestRole.Viewer | InterestRole.UsesOrigin | InterestRole.LacksGivers;
        for (var peer = First; peer <= Third; peer++)
            _probe.Say(peer, SessionEventKind.Interest, Block(0), count: 2, (uint)lacking);
        for (var block = 0; block < Blocks; block++) Ask(First, block);
        Read();
        Assert.Equal(Ahead, _line.Count);
    }

    [Fact]
    public void Who_takes_nothing_keeps_others_waiting_a_moment_and_is_given_no_more()
    {
        for (var block = 0; block < Blocks; block++) Ask(First, block);
        Ask(Second, 7);
        Read();
        Assert.Equal([First, First], _line.Select(handed => handed.Peer));

        _probe.Pass(TimeSpan.FromMilliseconds(400));
        Read();

        Assert.Equal([First, First, Second], _line.Select(handed => handed.Peer));
        SendOne();
        SendOne();
        Read();
        Assert.Contains(First, _line.Select(handed => handed.Peer));
    }

    [Fact]
    public void What_could_not_be_read_was_given_to_nobody()
    {
        Ask(First, 0);
        var read = Assert.Single(_probe.Take(SwarmEffectKind.ReadOwnMedia));
        read.Lease!.Release();
        _probe.Swarm.OwnMediaRead(read.Peer, read.Number, read.Block, lease: null, digest: null, read.Deadline);
        Ask(First, 1);
        Ask(First, 2);
        Ask(Third, 1);
        Ask(Second, 0);

        Assert.Equal([1, 2, 0, 1], SendAll().Select(sent => (int)sent.Block.Index));
    }

    [Fact]
    public void What_was_taken_back_is_not_sent()
    {
        Ask(First, 0);
        Ask(First, 1);
        var request = Ask(Second, 2);
        _probe.Say(Second, new SessionEvent
        {
            Kind = SessionEventKind.RequestCancelled,
            Channel = SwarmProbe.Channel,
            Request = request,
            Block = Block(2),
        });

        Assert.Equal([Block(0), Block(1)], SendAll().Select(sent => sent.Block));
    }

    [Fact]
    public void Who_has_left_takes_nobodys_turn()
    {
        Ask(First, 0);
        Ask(First, 1);
        for (var block = 2; block < 2 + Ahead; block++) Ask(Third, block);
        _probe.Swarm.PeerLeft(Third, _probe.Now);
        SendAll();

        Ask(First, 6);

        Assert.Equal(Block(6), Assert.Single(SendAll()).Block);
    }

    private BlockId Block(int index) => new(_stream.Records[0].Id, 0, (ushort)index);

    private uint Ask(int peer, int block, double seconds = 3)
    {
        _probe.Say(peer, new SessionEvent
        {
            Kind = SessionEventKind.Requested,
            Channel = SwarmProbe.Channel,
            Request = ++_request,
            Block = Block(block),
            Deadline = TimeSpan.FromSeconds(seconds),
        });
        return _request;
    }

    private void Send(int peer, params int[] blocks)
    {
        foreach (var block in blocks) Ask(peer, block);
        SendAll();
    }

    /// <summary>The host reads what it is asked to; sessions get it.</summary>
    private void Read()
    {
        foreach (var read in _probe.Take(SwarmEffectKind.ReadOwnMedia))
        {
            _probe.Swarm.OwnMediaRead(read.Peer, read.Number, read.Block, read.Lease, digest: null,
                read.Deadline);
            _probe.Turn();
        }

        for (var peer = First; peer <= Third; peer++)
        {
            foreach (var served in _probe.TakeCommands(peer, SessionCommandKind.Serve))
            {
                served.Lease!.Release();
                _line.Enqueue((peer, served.Request, served.Block));
            }
        }
    }

    private (int Peer, BlockId Block)? SendOne()
    {
        Read();
        if (!_line.TryDequeue(out var sent)) return null;
        _probe.Say(sent.Peer, new SessionEvent
        {
            Kind = SessionEventKind.BlockServed,
            Channel = SwarmProbe.Channel,
            Request = sent.Request,
            Block = sent.Block,
            Count = ContentLimits.BlockBytes,
            Value = 1,
        });
        return (sent.Peer, sent.Block);
    }

    private List<(int Peer, BlockId Block)> SendAll()
    {
        var all = new List<(int Peer, BlockId Block)>();
        while (SendOne() is { } sent) all.Add(sent);
        return all;
    }

    private IReadOnlyList<SessionCommand> Rejected(int peer) =>
        _probe.TakeCommands(peer, SessionCommandKind.Reject);

    private IEnumerable<BlockId> Invited(int peer) =>
        _probe.TakeCommands(peer, SessionCommandKind.HaveBlocks).Select(have => have.Block);
}
