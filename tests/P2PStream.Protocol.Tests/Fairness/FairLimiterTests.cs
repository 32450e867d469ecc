namespace P2PStream.Protocol.Tests.Fairness;

public sealed class FairLimiterTests
{
    private const int Frame = LimiterRun.Frame;
    private const long Rate = 10 * Frame;

    private static readonly TimeSpan BlockTime = TimeSpan.FromSeconds(1) * Frame / Rate;

    [Fact]
    public void Without_a_limit_everything_goes_at_once()
    {
        var run = new LimiterRun(rate: null);
        Assert.False(run.Limiter.IsLimiting);
        run.Want(run.Add(), Frame, count: 1000);
        Assert.Equal(1000, run.Taken.Count);
        Assert.Null(run.Limiter.NextWakeUp);
    }

    [Fact]
    public void Within_a_round_the_earliest_deadline_goes_first()
    {
        var run = new LimiterRun(Rate);
        var links = Enumerable.Range(0, 3).Select(_ => run.Add()).ToArray();
        run.Drain();
        int[] due = [30, 10, 20];
        for (var i = 0; i < 3; i++)
            run.Want(links[i], Frame, TimeSpan.FromSeconds(due[i]), 2);
        run.RunUntil(BlockTime * 6.5);

        Assert.Equal(
            [links[1], links[2], links[0], links[1], links[2], links[0]],
            run.Taken.Select(one => one.Party));
    }

    [Fact]
    public void A_block_that_becomes_urgent_while_its_link_waits_comes_first()
    {
        var run = new LimiterRun(Rate);
        var one = run.Add();
        var other = run.Add();
        run.Drain();
        run.Want(one, Frame, TimeSpan.FromSeconds(5), 3);
        run.Want(other, Frame, TimeSpan.FromSeconds(9), 3);
        run.Want(other, Frame / 2, TimeSpan.FromSeconds(1));
        run.RunUntil(BlockTime);
        Assert.Equal((other, Frame / 2), run.Taken.Select(taken => (taken.Party, taken.Bytes)).First());
    }

    [Fact]
    public void What_a_link_was_given_and_does_not_take_goes_to_the_next()
    {
        var limiter = new FairLimiter();
        limiter.SetRate(Rate, TimeSpan.Zero);
        var one = limiter.Add("one", 0);
        var other = limiter.Add("other", 0);
        while (limiter.TryTake(one, default, Frame, Frame, default, TimeSpan.Zero)) { }
        Assert.False(limiter.TryTake(one, default, Frame, Frame, default, TimeSpan.Zero));
        Assert.False(limiter.TryTake(other, default, Frame, Frame, default, TimeSpan.Zero));
        limiter.Tick(BlockTime);
        Assert.True(limiter.TryTakeReady(out var ready));
        limiter.Withdraw(ready!, BlockTime);
        Assert.True(limiter.TryTakeReady(out var next));
        Assert.NotEqual(ready!.Owner, next!.Owner);
        Assert.True(limiter.TryTake(next, default, Frame, Frame, default, BlockTime));
        Assert.Null(limiter.NextWakeUp);
    }

    [Fact]
    public void A_link_that_goes_while_its_turn_comes_is_not_named()
    {
        var limiter = new FairLimiter();
        limiter.SetRate(Rate, TimeSpan.Zero);
        var link = limiter.Add("one", 5);
        while (limiter.TryTake(link, default, Frame, Frame, default, TimeSpan.Zero)) { }
        Assert.False(limiter.TryTake(link, default, Frame, Frame, default, TimeSpan.Zero));
        limiter.Tick(BlockTime);
        limiter.Remove(link, BlockTime);
        limiter.Remove(link, BlockTime);
        Assert.False(limiter.TryTakeReady(out _));
        Assert.Throws<InvalidOperationException>(
            () => limiter.TryTake(link, default, Frame, Frame, default, BlockTime));
    }

    [Fact]
    public void A_new_rate_holds_at_once()
    {
        var run = new LimiterRun(FairLimiter.LowestRate);
        var link = run.Add();
        run.Want(link, Frame, count: 100);
        run.RunUntil(TimeSpan.FromSeconds(2));
        var before = run.Sum();
        run.Limiter.SetRate(Rate, run.Now);
        run.RunUntil(TimeSpan.FromSeconds(4));
        Assert.InRange(run.Sum() - before, 2 * Rate - 2 * Frame, 2 * Rate + Frame);
        run.Limiter.SetRate(null, run.Now);
        run.RunUntil(run.Now);
        Assert.Empty(link.Blocks);
    }

    [Fact]
    public void While_we_are_in_a_hurry_little_is_saved_up_and_the_rate_stays()
    {
        const long Quick = 10_000_000;
        var run = new LimiterRun(Quick);
        run.Limiter.SetUrgent(true, TimeSpan.Zero);
        run.RunUntil(TimeSpan.FromSeconds(1));
        run.Want(run.Add(), Frame, count: 2000);
        var atOnce = Frame + Quick * FairLimiter.UrgentBurst.TotalSeconds;
        Assert.InRange(run.Sum(), 1, atOnce);
        run.RunUntil(TimeSpan.FromSeconds(2));
        Assert.InRange(run.Sum(), Quick - 2 * Frame, Quick + atOnce);

        run.Limiter.SetUrgent(false, run.Now);
        run.Cancel(run.Taken[0].Party);
        run.RunUntil(TimeSpan.FromSeconds(3));
        run.Taken.Clear();
        run.Want(run.Add(), Frame, count: 100);
        Assert.InRange(run.Sum(), Quick * FairLimiter.Burst.TotalSeconds - Frame,
            Frame + Quick * FairLimiter.Burst.TotalSeconds);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(FairLimiter.LowestRate - 1)]
    [InlineData(FairLimiter.HighestRate + 1)]
    [InlineData(long.MaxValue)]
    public void A_rate_outside_its_range_is_refused(long rate)
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new FairLimiter().SetRate(rate, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new FairLimiter().SetRate(default, rate, TimeSpan.Zero));
    }

    [Fact]
    public void The_highest_rate_overflows_nothing()
    {
        var limiter = new FairLimiter();
        limiter.SetRate(FairLimiter.HighestRate, TimeSpan.Zero);
        var link = limiter.Add("one", 0);
        limiter.Charge(long.MaxValue / TimeSpan.TicksPerSecond, TimeSpan.Zero);
        long taken = 0;
        while (limiter.TryTake(link, default, Frame, Frame, default, TimeSpan.Zero)) taken += Frame;
        Assert.InRange(taken, FairLimiter.HighestRate / 25 - Frame, FairLimiter.HighestRate / 25 + Frame);
        limiter.Tick(TimeSpan.FromDays(3650));
        taken = 0;
        while (limiter.TryTake(link, default, Frame, Frame, default, TimeSpan.FromDays(3650)))
            taken += Frame;
        Assert.InRange(taken, FairLimiter.HighestRate / 25 - Frame, FairLimiter.HighestRate / 25 + Frame);
    }

    [Fact]
    public void Waiting_and_taking_allocates_nothing()
    {
        var limiter = new FairLimiter();
        limiter.SetRate(Rate, TimeSpan.Zero);
        var links = Enumerable.Range(0, 16).Select(i => limiter.Add(i, (UInt128)(i % 3))).ToArray();
        var now = TimeSpan.Zero;
        var taken = Round(limiter, links, ref now);
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 50; i++) taken += Round(limiter, links, ref now);
        }));
        Assert.InRange(taken, 200, int.MaxValue);
    }

    private static int Round(FairLimiter limiter, FairLink[] links, ref TimeSpan now)
    {
        var taken = 0;
        foreach (var link in links)
            if (limiter.TryTake(link, default, Frame, 4 * Frame, now, now)) taken++;
        for (var i = 0; i < 10; i++)
        {
            now = limiter.NextWakeUp!.Value;
            limiter.Tick(now);
            while (limiter.TryTakeReady(out var link))
            {
                if (limiter.TryTake(link!, default, Frame, Frame, now, now)) taken++;
                limiter.Withdraw(link!, now);
                limiter.TryTake(link!, default, Frame, 4 * Frame, now, now);
            }
        }

        return taken;
    }
}
