using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

public class StallTests
{
    private static readonly SchedulerOptions NoHedges =
        new() { HedgeShare = 0, HedgeAllowance = 0 };

    private readonly DeadlineScheduler _scheduler = new(NoHedges);

    [Fact]
    public void A_silent_source_loses_all_it_owes_at_once_and_gets_a_window_of_one()
    {
        int lane = _scheduler.Lane(16, 3);
        int silent = _scheduler.Seed(Peer(), lane);
        List<Pick> picks = _scheduler.PickAll(Start);
        Assert.Equal(8, picks.Count);
        int rescue = _scheduler.Seed(Peer(rate: 1e6, roundTripMs: 10), lane);
        Deliver(_scheduler.PickAll(Start), Seconds(1.05));

        RunUntil(Seconds(2.9));
        List<Cancellation> cancelled = _scheduler.TakeCancelled();
        Assert.Equal(picks.Select(p => p.Ticket), cancelled.Select(c => c.Ticket));
        Assert.All(cancelled, c => Assert.Equal(
            (silent, CancellationReason.Stalled), (c.Source, c.Reason)));
        Assert.Equal(1, _scheduler.Estimate(silent).Window);
        List<Pick> again = _scheduler.PickAll(Seconds(2.9));
        Assert.Equal(8, again.Count);
        Assert.All(again, p => Assert.Equal((rescue, false), (p.Source, p.IsHedge)));
    }

    [Fact]
    public void A_stalled_source_that_delivers_again_is_trusted_again()
    {
        int lane = _scheduler.Lane(16, 3);
        int source = _scheduler.Seed(Peer(), lane);
        List<Pick> picks = _scheduler.PickAll(Start);
        RunUntil(Seconds(4));
        Assert.Equal(8, _scheduler.TakeCancelled().Count);
        Assert.Equal(1, _scheduler.Estimate(source).Window);
        // Late, so waste; but it shows that the source is slow and not dead.
        Assert.False(_scheduler.Delivered(picks[0].Ticket, Block, Seconds(4.1)));
        Assert.True(_scheduler.Estimate(source).Window >= 2);
        Assert.InRange(_scheduler.Estimate(source).Rate, 1, 50_000);
    }

    [Fact]
    public void Who_alone_has_a_block_is_given_twice_as_long()
    {
        TimeSpan limit = StallOf(holders: 2, others: 0);
        Assert.Equal(2 * limit, StallOf(holders: 1, others: 1));
    }

    [Fact]
    public void A_first_answer_is_waited_for_longer_while_nobody_else_is_there()
    {
        TimeSpan limit = StallOf(holders: 1, others: 1);
        Assert.Equal(4 * limit, 3 * StallOf(holders: 1, others: 0));
    }

    [Fact]
    public void Who_has_a_block_alone_no_longer_has_stalled_soon_after()
    {
        int lane = _scheduler.Lane(16, 60);
        int silent = _scheduler.Seed(Peer(), lane);
        _scheduler.PickAll(Start);
        RunUntil(Seconds(2.2));
        int other = _scheduler.Seed(Peer(rate: 1e6, roundTripMs: 10), lane);
        RunUntil(Seconds(2.6));
        Assert.Equal(8, _scheduler.TakeCancelled().Count(c => c.Source == silent));
        Assert.Contains(_scheduler.PickAll(Seconds(2.6)), p => p.Source == other);
    }

    [Fact]
    public void A_source_at_work_is_given_time_for_a_block_that_has_time()
    {
        int lane = _scheduler.Lane(2, 60);
        int source = _scheduler.Seed(Peer(rate: 1e6, roundTripMs: 10), lane);
        List<Pick> picks = _scheduler.PickAll(Start);
        Assert.Equal(2, picks.Count);
        Assert.True(_scheduler.Delivered(picks[1].Ticket, Block, Seconds(1.9)));
        _scheduler.Tick(Seconds(2.2));
        Assert.Empty(_scheduler.TakeCancelled());
        RunUntil(Seconds(8));
        Assert.Equal(picks[0].Ticket, Assert.Single(_scheduler.TakeCancelled()).Ticket);
        Assert.Equal(0, _scheduler.Estimate(source).Outstanding);
    }

    /// <summary>When a source that says nothing loses what it owes.</summary>
    private static TimeSpan StallOf(int holders, int others)
    {
        var scheduler = new DeadlineScheduler(NoHedges);
        int lane = scheduler.Lane(1, 60);
        for (int i = 0; i < holders; i++) scheduler.Seed(Peer(), lane);
        for (int i = 0; i < others; i++) scheduler.AddSource(Peer(), Start);
        Assert.True(scheduler.TryPick(Start, out Pick pick));
        while (scheduler.NextWakeUp is { } next)
        {
            scheduler.Tick(next);
            if (scheduler.TryTakeCancelled(out Cancellation cancelled))
            {
                Assert.Equal(pick.Ticket, cancelled.Ticket);
                return next - Start;
            }
        }
        throw new InvalidOperationException("It is waited for for ever.");
    }

    private void Deliver(List<Pick> picks, TimeSpan now)
    {
        foreach (Pick pick in picks)
            Assert.True(_scheduler.Delivered(pick.Ticket, Block, now));
    }

    private void RunUntil(TimeSpan end)
    {
        while (_scheduler.NextWakeUp is { } next && next <= end) _scheduler.Tick(next);
    }
}
