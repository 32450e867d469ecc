using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>
/// One downloader, peers that serve one block a second, unit blocks: how many arrive in time,
/// against the most that any plan could bring.
/// </summary>
public class OptimumTests
{
    private const int OrdinaryInstances = 1_000;

    private static readonly int Instances = LongRun.Cases(OrdinaryInstances);

    [Theory]
    [InlineData(0.7)]
    [InlineData(0.8)]
    [InlineData(0.9)]
    [InlineData(1.0)]
    [InlineData(1.1)]
    [InlineData(1.2)]
    public void Close_to_the_offline_optimum_on_average_and_never_below_half(double load)
    {
        var random = new Random((int)(load * 1000));
        double sum = 0, least = 1;
        for (int i = 0; i < Instances; i++)
        {
            SingleDownload instance = SingleDownload.Make(random, load);
            int optimum = instance.Optimum();
            int onTime = instance.Schedule(new DeadlineScheduler());
            Assert.InRange(onTime, (optimum + 1) / 2, optimum);
            double ratio = optimum == 0 ? 1 : (double)onTime / optimum;
            sum += ratio;
            least = Math.Min(least, ratio);
        }
        double mean = sum / Instances;
        LongRun.Tell($"load {load:F1}: {mean:F4} of the offline optimum on time "
            + $"(mean of {Instances}), least {least:F3}");
        Assert.True(mean >= 0.99, $"mean {mean:F4} of the optimum at load {load}");
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(1.0)]
    [InlineData(1.2)]
    public void What_is_late_is_hardly_later_than_it_must_be(double load)
    {
        var random = new Random((int)(load * 1000) + 1);
        long least = 0, actual = 0, blocks = 0;
        for (int i = 0; i < Instances / 5; i++)
        {
            SingleDownload instance = SingleDownload.Make(random, load);
            int optimum = instance.LeastLateness();
            int lateness = instance.Lateness(new DeadlineScheduler());
            Assert.True(lateness >= optimum, $"{lateness} s late, {optimum} s at least");
            (least, actual, blocks) =
                (least + optimum, actual + lateness, blocks + instance.Due.Length);
        }
        double extra = (double)(actual - least) / blocks;
        LongRun.Tell($"load {load:F1}: a block is {(double)actual / blocks:F3} block times late, "
            + $"{(double)least / blocks:F3} at least (min-cost flow)");
        Assert.True(extra < 0.06, $"{extra:F4} block times later than the least");
    }

    [Fact]
    public void With_one_peer_the_urgent_zone_reaches_the_optimum()
    {
        var all = new SchedulerOptions { UrgentZone = Seconds(60) };
        var random = new Random(5);
        for (int i = 0; i < Instances; i++)
        {
            SingleDownload instance = SingleDownload.Make(random, 0.5 + i % 10 * 0.1, peers: 1);
            Assert.Equal(instance.Optimum(), instance.Schedule(new DeadlineScheduler(all)));
        }
    }
}
