using FsCheck;
using FsCheck.Xunit;

namespace P2PStream.Protocol.Tests.Fairness;

/// <summary>What holds for all ways of asking; the seed is fixed, so a run repeats.</summary>
[Properties(Replay = "20261122,7654321", MaxTest = 100)]
public sealed class FairLimiterProperties
{
    private const int Frame = LimiterRun.Frame;

    [Property]
    public void Never_more_than_the_rate_beyond_the_burst(int seed, uint speed)
    {
        var rate = RateOf(speed);
        var (run, _) = Walk(seed, rate);
        Assert.InRange(run.WorstExcess(rate), 0, Burst(rate) + 1);
    }

    [Property]
    public void Nothing_is_lost_while_somebody_wants_it(int seed, uint speed)
    {
        var rate = RateOf(speed);
        var random = new Random(seed);
        var run = new LimiterRun(rate);
        var steady = run.Add();
        run.Want(steady, Frame, count: Enough(rate));
        for (var i = 0; i < 30; i++)
        {
            var other = run.Add((UInt128)random.Next(3));
            run.Want(other, random.Next(1, Frame), TimeSpan.FromTicks(random.Next()), 3);
            run.RunUntil(run.Now + TimeSpan.FromMilliseconds(random.Next(50)));
            if (random.Next(2) == 0) run.Cancel(other);
            if (random.Next(2) == 0) run.Remove(other);
        }

        Assert.NotEmpty(steady.Blocks);
        Assert.InRange(
            run.Sum(), rate * run.Now.TotalSeconds + Burst(rate) - 2 * Frame, double.MaxValue);
    }

    [Property]
    public void Equal_links_are_never_more_than_a_block_apart(int seed, uint speed, byte count)
    {
        var rate = RateOf(speed);
        var random = new Random(seed);
        var run = new LimiterRun(rate);
        var links = Enumerable.Range(0, 2 + count % 8).Select(_ => run.Add()).ToArray();

        run.Drain();
        foreach (var link in links)
            for (var i = 0; i < 200; i++)
                link.Blocks.Add((Frame, TimeSpan.FromTicks(random.Next())));
        run.RunUntil(run.Now);
        for (var i = 0; i < 50; i++)
        {
            run.RunUntil(run.Now + TimeSpan.FromSeconds((double)Frame / rate));
            var sums = links.Select(run.Sum).ToArray();
            if (links.Any(link => link.Blocks.Count == 0)) return;
            Assert.InRange(sums.Max() - sums.Min(), 0, Frame);
        }
    }

    [Property]
    public void Neighbourhoods_share_alike_whatever_their_size(uint speed, byte count)
    {
        var rate = RateOf(speed);
        var run = new LimiterRun(rate);
        var alone = run.Add(1);
        var many = Enumerable.Range(0, 2 + count % 8).Select(_ => run.Add(2)).ToArray();
        run.Drain();
        foreach (var link in many.Append(alone))
            link.Blocks.AddRange(Enumerable.Repeat((Frame, TimeSpan.Zero), 400));
        run.RunUntil(run.Now);
        run.RunUntil(TimeSpan.FromSeconds(100.0 * Frame / rate));
        Assert.NotEmpty(alone.Blocks);
        Assert.InRange(run.Sum(alone) - many.Sum(run.Sum), -Frame, Frame);
        Assert.InRange(many.Max(run.Sum) - many.Min(run.Sum), 0, Frame);
    }

    [Property]
    public void Whoever_is_left_gets_all(int seed, uint speed)
    {
        var rate = RateOf(speed);
        var (run, links) = Walk(seed, rate);
        foreach (var link in links.Skip(1)) run.Remove(link);
        run.Cancel(links[0]);
        var before = run.Sum();
        run.Want(links[0], Frame, count: 10);
        run.RunUntil(run.Now + TimeSpan.FromSeconds(10.0 * Frame / rate) + TimeSpan.FromTicks(10));
        Assert.Empty(links[0].Blocks);
        Assert.Equal(before + 10 * Frame, run.Sum());
        Assert.Null(run.Limiter.NextWakeUp);
    }

    [Property]
    public void A_streams_own_limit_holds_and_leaves_the_rest_to_others(uint speed, byte share)
    {
        var rate = RateOf(speed) + 20 * FairLimiter.LowestRate;
        var own = Math.Max(FairLimiter.LowestRate, rate / (2 + share % 5));
        var limited = new StreamId(new Hash256(Enumerable.Repeat((byte)9, Hash256.Size).ToArray()));
        var run = new LimiterRun(rate);
        run.Limiter.SetRate(limited, own, TimeSpan.Zero);
        var one = run.Add(stream: limited);
        var two = run.Add(stream: limited);
        var free = run.Add();
        foreach (var link in new[] { one, two, free })
            run.Want(link, Frame, count: 2 * Enough(rate));
        var start = run.Sum();
        var startOfLimited = run.Sum(one) + run.Sum(two);
        var time = TimeSpan.FromSeconds(2);
        run.RunUntil(run.Now + time);
        var moved = run.Sum(one) + run.Sum(two) - startOfLimited;
        var least = Math.Min(own, rate / 2) * time.TotalSeconds - Burst(rate);
        Assert.InRange(moved, least - Frame, own * time.TotalSeconds + Burst(own) + Frame);
        Assert.InRange(run.Sum() - start, rate * time.TotalSeconds - 2 * Frame, double.MaxValue);
    }

    [Property]
    public void Control_bytes_make_blocks_wait_but_never_for_more_than_half(int seed, uint speed)
    {
        var rate = RateOf(speed) + 4 * FairLimiter.LowestRate;
        var random = new Random(seed);
        var run = new LimiterRun(rate);
        var link = run.Add();
        run.Want(link, Frame, count: 2 * Enough(rate));
        var start = run.Sum();
        long control = 0;
        const int Steps = 200;
        var flood = random.Next(1, 60);
        for (var i = 0; i < Steps; i++)
        {
            var bytes = rate * flood / 100 / 50;
            run.Limiter.Charge(bytes, run.Now);
            control += bytes;
            run.RunUntil(run.Now + TimeSpan.FromMilliseconds(20));
        }

        var moved = run.Sum() - start;
        var whole = rate * run.Now.TotalSeconds;
        var slack = rate * 0.03 + 2 * Frame;
        Assert.InRange(moved, whole / 2 - slack, double.MaxValue);
        if (flood < 50) Assert.InRange(moved + control, whole - slack, whole + slack);
    }

    /// <summary>Links come, ask, cancel and go at random.</summary>
    private static (LimiterRun Run, List<LimiterRun.Party> Links) Walk(int seed, long rate)
    {
        var random = new Random(seed);
        var run = new LimiterRun(rate);
        var links = new List<LimiterRun.Party> { run.Add() };
        for (var i = 0; i < 60; i++)
        {
            var link = links[random.Next(links.Count)];
            switch (random.Next(8))
            {
                case 0:
                    links.Add(run.Add((UInt128)random.Next(4)));
                    break;
                case 1 when links.Count > 1:
                    run.Remove(link);
                    links.Remove(link);
                    break;
                case 2:
                    run.Cancel(link);
                    break;
                case 3 or 4:
                    run.RunUntil(run.Now + TimeSpan.FromSeconds(random.Next(3000) * 10.0 / rate));
                    break;
                default:
                    var deadline = TimeSpan.FromTicks(random.Next());
                    run.Want(link, random.Next(1, Frame + 1), deadline, random.Next(1, 6));
                    break;
            }
        }

        return (run, links);
    }

    private static long RateOf(uint speed) =>
        FairLimiter.LowestRate + speed % 12_500_000;

    private static double Burst(long rate) =>
        Frame + rate * FairLimiter.Burst.TotalSeconds;

    /// <summary>Blocks for more than three seconds.</summary>
    private static int Enough(long rate) => (int)(4 * rate / Frame) + 20;
}
