using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>Blocks due within a second: a player may be waiting for them, so that the sooner is the better.</summary>
public class AwaitedBlockTests
{
    private static readonly TimeSpan Later = Seconds(20);

    private readonly DeadlineScheduler _scheduler = new();

    [Fact]
    public void Who_refuses_what_has_time_is_asked_for_what_is_waited_for()
    {
        int ahead = _scheduler.Lane(4, 60);
        int source = _scheduler.Seed(Peer(), ahead);
        foreach (Pick pick in _scheduler.PickAll(Start))
            Assert.True(_scheduler.Failed(pick.Ticket, FailureReason.Busy, Seconds(1.1)));
        Assert.False(_scheduler.TryPick(Seconds(1.1), out _));

        int jumped = _scheduler.Lane(4, 2);
        _scheduler.Advertise(source, jumped, 0, 4, true, Seconds(1.1));

        List<Pick> asked = _scheduler.PickAll(Seconds(1.1));
        Assert.Equal(4, asked.Count);
        Assert.All(asked, pick => Assert.Equal(jumped, pick.Lane));
    }

    [Fact]
    public void Who_refuses_what_is_waited_for_is_left_alone_with_it()
    {
        int lane = _scheduler.Lane(4, 1.9);
        _scheduler.Seed(Peer(), lane);
        foreach (Pick pick in _scheduler.PickAll(Start))
            Assert.True(_scheduler.Failed(pick.Ticket, FailureReason.Busy, Seconds(1.1)));

        Assert.False(_scheduler.TryPick(Seconds(1.1), out _));
    }

    [Theory]
    [InlineData(0.9, 0)]
    [InlineData(1.6, 3)]
    public void What_is_waited_for_is_left_to_who_brings_it_soonest(double due, int toSlow)
    {
        (int fast, int slow) = KnownPeers();
        _scheduler.SetWindowLimit(fast, 1);
        int lane = Append(4, Later + Seconds(due), fast, slow);

        int[] asked = [.. _scheduler.PickAll(Later).Where(p => p.Lane == lane).Select(p => p.Source)];

        Assert.Equal(1, asked.Count(source => source == fast));
        Assert.InRange(asked.Count(source => source == slow), toSlow == 0 ? 0 : 1, toSlow);
    }

    [Theory]
    [InlineData(0.9, true)]
    [InlineData(1.9, false)]
    public void What_is_waited_for_is_asked_of_another_that_would_be_much_sooner(double due, bool isAsked)
    {
        (int fast, int slow) = KnownPeers();
        int lane = Append(1, Later + Seconds(due), slow);
        Assert.Equal(slow, Assert.Single(_scheduler.PickAll(Later)).Source);

        _scheduler.Advertise(fast, lane, 0, 1, true, Later);

        List<Pick> more = _scheduler.PickAll(Later);
        Assert.Equal(isAsked, more.Count == 1);
        Assert.All(more, pick => Assert.Equal((fast, true), (pick.Source, pick.IsHedge)));
    }

    [Fact]
    public void One_of_whom_little_is_known_is_not_asked_for_a_second_copy()
    {
        (_, int slow) = KnownPeers();
        int lane = Append(1, Later + Seconds(0.9), slow);
        Assert.Single(_scheduler.PickAll(Later));

        _scheduler.Seed(Peer(rate: 1e7, roundTripMs: 1), lane);

        Assert.Empty(_scheduler.PickAll(Later));
    }

    [Fact]
    public void What_has_time_says_little_of_how_soon_what_is_waited_for_comes()
    {
        var source = new Source(0, 1, Peer(roundTripMs: 10), new SchedulerOptions(), 0);
        long now = Deliver(source, 16, Seconds(0.01), isPressing: true, 0);
        Deliver(source, 64, Seconds(0.1), isPressing: false, now);

        Assert.InRange(source.Eta, Seconds(0.1).Ticks, Seconds(0.13).Ticks);
        Assert.InRange(source.AwaitedEta, Seconds(0.01).Ticks, Seconds(0.04).Ticks);
    }

    /// <summary>Two that have delivered 40 blocks each: a block takes 12 ms of one and 170 of the other.</summary>
    private (int Fast, int Slow) KnownPeers()
    {
        int fast = _scheduler.AddSource(Peer(rate: 16e6, roundTripMs: 10), Start);
        int slow = _scheduler.AddSource(Peer(rate: 1e5, roundTripMs: 10), Start);
        foreach ((int source, double each) in new[] { (fast, 0.001), (slow, 0.16384) })
        {
            int lane = _scheduler.Lane(40, 1000);
            _scheduler.Advertise(source, lane, 0, 40, true, Start);
            TimeSpan now = Start;
            while (_scheduler.PickAll(now) is { Count: > 0 } picks)
            {
                now += Seconds(0.01);
                foreach (Pick pick in picks)
                    Assert.True(_scheduler.Delivered(pick.Ticket, Block, now += Seconds(each)));
            }

            _scheduler.CloseLane(lane, now);
        }

        return (fast, slow);
    }

    private int Append(int blocks, TimeSpan due, params int[] holders)
    {
        int lane = _scheduler.OpenLane(new LaneOptions(64));
        _scheduler.Append(lane, blocks, due);
        foreach (int holder in holders) _scheduler.Advertise(holder, lane, 0, blocks, true, Later);
        return lane;
    }

    private static long Deliver(Source source, int blocks, TimeSpan each, bool isPressing, long now)
    {
        for (int i = 0; i < blocks; i++)
        {
            source.Asked(now);
            source.Refresh(now, isAlone: false);
            long sentAt = now;
            now += TimeSpan.FromMilliseconds(10).Ticks + each.Ticks;
            source.Ended(0, 0);
            source.Delivered(Block, sentAt, source.Expected, isPressing, now);
            source.Refresh(now, isAlone: false);
        }

        return now;
    }
}
