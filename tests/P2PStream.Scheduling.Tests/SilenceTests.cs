using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>Two sources that have delivered for a second, and one of them stops or pauses.</summary>
public class SilenceTests
{
    private const double Rate = 2.5e6;

    private readonly DeadlineScheduler _scheduler =
        new(new SchedulerOptions { HedgeShare = 0, HedgeAllowance = 0 });

    private readonly VirtualSwarm _swarm;

    public SilenceTests() => _swarm = new VirtualSwarm(_scheduler);

    [Fact]
    public void What_a_silent_source_owes_is_soon_asked_of_one_at_work()
    {
        var (stopped, working) = Begin(dueSeconds: 1);
        _swarm.ChangeRate(stopped, 0);
        _swarm.RunUntil(2);
        int owed = _scheduler.Estimate(stopped).Outstanding;
        Assert.InRange(owed, 4, 16);

        _swarm.RunUntil(2.25);

        Assert.All(_swarm.Cancelled, c => Assert.Equal(
            (stopped, CancellationReason.Stalled), (c.Source, c.Reason)));
        Assert.True(_swarm.Cancelled.Count >= owed);
        Assert.Equal(1, _scheduler.Estimate(stopped).Window);
        foreach (Cancellation c in _swarm.Cancelled)
        {
            Pick owedBlock = _swarm.Picks[c.Ticket];
            Pick again = _swarm.Order.Last(
                pick => (pick.Lane, pick.Position) == (owedBlock.Lane, owedBlock.Position));
            Assert.Equal((working, false), (again.Source, again.IsHedge));
        }
    }

    [Fact]
    public void When_all_sources_are_silent_none_of_them_is_to_blame()
    {
        var (first, second) = Begin(dueSeconds: 1);
        _swarm.ChangeRate(first, 0);
        _swarm.ChangeRate(second, 0);
        _swarm.RunUntil(2.35);
        Assert.Empty(_swarm.Cancelled);
    }

    [Fact]
    public void A_source_that_often_pauses_is_given_longer()
    {
        var (pausing, _) = Begin(dueSeconds: 1);
        for (double end = 2; end < 3; end += 0.15)
        {
            _swarm.Pause(pausing, 0.1);
            _swarm.RunUntil(end);
        }

        _swarm.Pause(pausing, 0.25);
        _swarm.RunUntil(3.5);
        Assert.Empty(_swarm.Cancelled);
    }

    [Fact]
    public void A_block_that_has_time_is_left_to_a_silent_source()
    {
        var (stopped, _) = Begin(dueSeconds: 60);
        _swarm.ChangeRate(stopped, 0);
        _swarm.RunUntil(2.25);
        Assert.Empty(_swarm.Cancelled);
    }

    [Fact]
    public void A_source_that_stalled_is_tried_on_what_others_would_not_reach_before_it_could_stall_again()
    {
        var (stopped, working) = Begin(dueSeconds: 1);
        _swarm.ChangeRate(stopped, 0);
        _swarm.RunUntil(2.5);

        Pick trial = _swarm.Order.Last(pick => pick.Source == stopped);
        long reached = _swarm.Order.Where(pick => pick.Source == working).Max(pick => pick.Position);
        Assert.Equal(1, _scheduler.Estimate(stopped).Outstanding);
        Assert.True(trial.Position > reached);
    }

    private (int First, int Second) Begin(double dueSeconds)
    {
        int lane = _scheduler.OpenLane(new LaneOptions(4096, 0));
        _scheduler.Append(lane, 4000, Seconds(dueSeconds));
        int first = Add(lane);
        int second = Add(lane);
        _swarm.RunUntil(1.9);
        return (first, second);
    }

    private int Add(int lane)
    {
        int source = _swarm.Add(Peer(), Rate, roundTrip: 0.002);
        _scheduler.Advertise(source, lane, 0, 4000, true, Seconds(_swarm.Now));
        return source;
    }
}
