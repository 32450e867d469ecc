using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Whose hands of a shared giver's segments are whose to bring.</summary>
public sealed class DealtHandsTests : IDisposable
{
    private const int Segments = 12;
    private const int Blocks = 16;
    private const int Giver = 1;
    private const int Viewers = 8;

    /// <summary>Blocks that are dealt together.</summary>
    private const int Hand = 4;

    /// <summary>Four blocks would take longer than a second.</summary>
    private static readonly TimeSpan SlowBlock = TimeSpan.FromMilliseconds(300);

    /// <summary>A viewer that has some of it.</summary>
    private const int Other = 2;

    /// <summary>Where this node's player is.</summary>
    private const int Here = 5;

    private TestStream _stream;
    private SwarmProbe _probe;
    private readonly Queue<SessionCommand> _asked = new();
    private TimeSpan _nextBlock;

    public DealtHandsTests() => (_stream, _probe) = Start(isLive: false);

    private (TestStream Stream, SwarmProbe Probe) Start(bool isLive)
    {
        _stream = new TestStream(
            Segments, Blocks * ContentLimits.BlockBytes - 200, TimeSpan.FromSeconds(2), hasOrigin: false)
        {
            IsLive = isLive,
        };
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Giver);
        _probe.Say(Giver, SessionEventKind.Interest, At(0), count: 0);
        _probe.Say(Giver, SessionEventKind.HaveSegments, At(0), Segments);
        return (_stream, _probe);
    }

    public void Dispose()
    {
        while (_asked.TryDequeue(out var request)) request.Lease!.Release();
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Fact]
    public void Who_comes_to_a_segment_at_the_same_time_brings_some_of_them()
    {
        Watch(othersAreAt: Here);
        Pass(TimeSpan.FromSeconds(4));
        Assert.InRange(GivenOf(Here + 4), 0, Blocks - 1);
    }

    [Fact]
    public void Who_comes_to_a_segment_much_later_brings_none_of_them()
    {
        Watch(othersAreAt: 0);
        Pass(TimeSpan.FromSeconds(4));
        Assert.Equal(Blocks, GivenOf(Here + 4));
    }

    [Fact]
    public void What_a_viewer_has_by_now_is_left_to_him_while_there_is_time()
    {
        _probe.Join(Other);
        _probe.Say(Other, SessionEventKind.Interest, At(0), count: 0, (uint)InterestRole.Viewer);
        _probe.Say(Other, SessionEventKind.HaveSegments, At(Here + 5));
        Watch(othersAreAt: 0);
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(Blocks, GivenOf(Here + 4));
        Assert.Equal(0, GivenOf(Here + 5));
    }

    /// <summary>Of a segment that is due in three to four seconds too little has come, for the others bring
    /// nothing.</summary>
    [Fact]
    public void What_comes_too_slowly_is_asked_of_a_giver_that_brings_it_in_time()
    {
        var late = WatchUntilDueIn(seconds: 3.1, blockTime: TimeSpan.FromMilliseconds(20));
        Assert.InRange(AskedOf(late), OwnHands(late) * Hand + Hand, Blocks);
    }

    /// <summary>All play that at the same time: who is late is late with all others.</summary>
    [Fact]
    public void It_is_not_of_a_stream_that_grows()
    {
        Dispose();
        Start(isLive: true);
        var late = WatchUntilDueIn(seconds: 3.1, blockTime: TimeSpan.FromMilliseconds(20));
        Assert.Equal(OwnHands(late) * Hand, AskedOf(late));
    }

    [Fact]
    public void It_is_not_while_it_comes_quickly_enough()
    {
        var early = WatchUntilDueIn(seconds: 4.1, blockTime: TimeSpan.FromMilliseconds(20));
        Assert.Equal(OwnHands(early) * Hand, AskedOf(early));
    }

    /// <summary>Such a giver has all to send that it can.</summary>
    [Fact]
    public void A_giver_that_would_not_bring_it_in_time_is_asked_for_no_more()
    {
        var late = WatchUntilDueIn(seconds: 3.1, blockTime: SlowBlock);
        Assert.Equal(OwnHands(late) * Hand, AskedOf(late));
    }

    [Fact]
    public void Where_a_giver_is_slow_who_comes_much_later_brings_his_hands_all_the_same()
    {
        var late = WatchUntilDueIn(seconds: 5, SlowBlock, othersAreAt: 0);
        Assert.Equal(OwnHands(late) * Hand, AskedOf(late));
    }

    /// <summary>Plays, with all that is due before one segment but the first from another viewer; the giver has sent
    /// some of that by then, and is known.</summary>
    /// <returns>That segment.</returns>
    private int WatchUntilDueIn(double seconds, TimeSpan blockTime, int othersAreAt = Here)
    {
        var last = Here + 4;
        _probe.Join(Other);
        _probe.Say(Other, SessionEventKind.Interest, At(0), count: 0, (uint)InterestRole.Viewer);
        _probe.Say(Other, SessionEventKind.HaveSegments, At(Here + 1), (uint)(last - Here - 1));
        Watch(othersAreAt, isMoving: true);
        Pass(_stream.Records[last].Start - _stream.Records[Here].Start - TimeSpan.FromSeconds(seconds), blockTime);
        return last;
    }

    /// <summary>Hands of a segment for which nobody ranks before this node.</summary>
    private int OwnHands(int segment) => Enumerable.Range(0, Blocks / Hand).Count(hand =>
        Enumerable.Range(Other + 1, Viewers).All(peer => Rank(peer, segment, hand) > Rank(0, segment, hand)));

    private ulong Rank(int peer, int segment, int hand) => OriginElection.BlockRank(
        SwarmProbe.Identity((byte)peer), _stream.Records[segment].Id, hand * Hand);

    /// <summary>Blocks of a segment that the giver was asked for.</summary>
    private int AskedOf(int segment) => GivenOf(segment)
        + _asked.Count(request => request.Block.Segment == _stream.Records[segment].Id);

    private void Watch(int othersAreAt, bool isMoving = false)
    {
        for (var peer = Other + 1; peer <= Other + Viewers; peer++)
        {
            _probe.Join(peer);
            _probe.Say(peer, SessionEventKind.Interest, At(othersAreAt),
                (uint)(Segments - othersAreAt), (uint)InterestRole.Viewer);
        }

        Assert.True(_probe.Swarm.OpenReader(1, _stream.Records[Here].Id, _probe.Now));
        _probe.Swarm.Play(_stream.Records[Here].Start, isMoving, 1, _probe.Now);
        _probe.Turn();
    }

    /// <summary>The giver sends a block every 20 ms: 800 kB/s, with which it could carry some but not all. Viewers
    /// that have something send it at once.</summary>
    private void Pass(TimeSpan time) => Pass(time, TimeSpan.FromMilliseconds(20));

    private void Pass(TimeSpan time, TimeSpan blockTime)
    {
        for (var end = _probe.Now + time; _probe.Now < end;)
        {
            _probe.DeliverAll(Other);
            foreach (var request in _probe.TakeCommands(Giver, SessionCommandKind.Request)) _asked.Enqueue(request);
            if (_probe.Now >= _nextBlock && _asked.TryDequeue(out var next))
            {
                _nextBlock = _probe.Now + blockTime;
                _probe.Deliver(Giver, next);
            }

            _probe.Pass(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Blocks of a segment that the giver has brought.</summary>
    private int GivenOf(int segment) => _probe.Effects.Count(effect => effect.Kind == SwarmEffectKind.BlockDelivered
        && effect.Peer == Giver && effect.Block.Segment == _stream.Records[segment].Id);

    private BlockId At(int segment) => new(_stream.Records[segment].Id, 0, 0);
}
