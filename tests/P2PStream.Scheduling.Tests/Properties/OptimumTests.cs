using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>
/// One downloader, peers that serve one block a second, unit blocks: how many arrive in time,
/// against the most that any plan could bring.
/// </summary>
public class OptimumTests
{
    private const int Instances = 400;

    [Theory]
    [InlineData(0.7)]
    [InlineData(0.9)]
    [InlineData(1.0)]
    [InlineData(1.2)]
    public void Close_to_the_offline_optimum_on_average_and_never_below_half(double load)
    {
        var random = new Random((int)(load * 1000));
        double sum = 0;
        for (int i = 0; i < Instances; i++)
        {
            SingleDownload instance = SingleDownload.Make(random, load);
            int optimum = instance.Optimum();
            int onTime = instance.Schedule(new DeadlineScheduler());
            Assert.InRange(onTime, (optimum + 1) / 2, optimum);
            sum += optimum == 0 ? 1 : (double)onTime / optimum;
        }
        double mean = sum / Instances;
        TestContext.Current.TestOutputHelper?.WriteLine($"load {load}: mean {mean:F4}");
        Assert.True(mean >= 0.985, $"mean {mean:F4} of the optimum at load {load}");
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
