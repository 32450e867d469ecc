using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

public class HedgeTests
{
    private readonly DeadlineScheduler _scheduler = new();

    [Fact]
    public void A_block_predicted_late_gets_one_second_copy_and_the_loser_is_cancelled()
    {
        int lane = _scheduler.Lane(1, 1.5);
        int slow = _scheduler.Seed(Peer(rate: 1e5, roundTripMs: 20), lane);
        Assert.True(_scheduler.TryPick(Start, out Pick first));
        int fast = _scheduler.Seed(Peer(rate: 1e6, roundTripMs: 10), lane);
        Assert.False(_scheduler.TryPick(Start, out _));

        TimeSpan late = _scheduler.NextWakeUp!.Value;
        Assert.InRange(late, Seconds(1.15), Seconds(1.5));
        Assert.True(_scheduler.TryPick(late, out Pick second));
        Assert.Equal((fast, true, 0L), (second.Source, second.IsHedge, second.Position));
        Assert.False(_scheduler.TryPick(late, out _));

        Assert.True(_scheduler.Delivered(second.Ticket, Block, late + Seconds(0.03)));
        Assert.Equal(
            new Cancellation(first.Ticket, slow, CancellationReason.Superseded),
            Assert.Single(_scheduler.TakeCancelled()));
        Assert.False(_scheduler.Delivered(first.Ticket, Block, late + Seconds(0.04)));
        Assert.Null(_scheduler.NextWakeUp);
    }

    [Fact]
    public void Second_copies_stay_inside_their_budget()
    {
        int lane = _scheduler.Lane(200, 1.2);
        _scheduler.Seed(Peer(rate: 1e6, roundTripMs: 1, window: 200), lane);
        List<Pick> stuck = _scheduler.PickAll(Start);
        Assert.True(stuck.Count > 5, $"{stuck.Count} requests");
        _scheduler.Seed(Peer(rate: 1e8, roundTripMs: 1, window: 200), lane);
        List<Pick> all = _scheduler.PickAll(Seconds(1.25));
        Assert.Equal(2, all.Count(p => p.IsHedge));

        int delivered = 0;
        foreach (Pick pick in all)
            delivered += _scheduler.Delivered(pick.Ticket, Block, Seconds(1.26)) ? 1 : 0;
        int hedges = _scheduler.PickAll(Seconds(1.27)).Count(p => p.IsHedge);
        Assert.InRange(hedges, 1, (int)(delivered * 0.03) + 1);
    }

    [Fact]
    public void Bringing_a_deadline_forward_makes_a_request_late()
    {
        int lane = _scheduler.Lane(1, 20);
        _scheduler.Seed(Peer(rate: 2e4, roundTripMs: 20), lane);
        Assert.True(_scheduler.TryPick(Start, out _));
        int fast = _scheduler.Seed(Peer(rate: 1e6, roundTripMs: 10), lane);
        Assert.False(_scheduler.TryPick(Seconds(1.1), out _));
        _scheduler.SetDeadline(lane, 0, 1, Seconds(1.4));
        Assert.True(_scheduler.TryPick(Seconds(1.1), out Pick hedge));
        Assert.Equal((fast, true), (hedge.Source, hedge.IsHedge));
    }
}
