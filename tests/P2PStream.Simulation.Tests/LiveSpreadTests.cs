namespace P2PStream.Simulation.Tests;

/// <summary>Live without an origin: a segment spreads as a tree grows, from a publisher that can send few
/// copies.</summary>
public sealed class LiveSpreadTests(ITestOutputHelper output)
{
    [Fact]
    public void Four_times_the_viewers_wait_some_hops_longer()
    {
        var few = Run(viewers: 16, publisherCopies: 10);
        var many = Run(viewers: 64, publisherCopies: 10);

        // Steps of the tree: log2(17) = 4.1 and log2(65) = 6.0. The publisher alone would need 12.8 s.
        Assert.InRange(many.FullSpreadSeconds.P50, 0, 1.9 * few.FullSpreadSeconds.P50);
        Assert.InRange(many.FullSpreadSeconds.P50, 0, 1.6);
        Assert.InRange(many.HalfSpreadSeconds.P50, 0, many.FullSpreadSeconds.P50);
    }

    [Theory]
    [InlineData(8, 4)]
    [InlineData(32, 4)]
    [InlineData(64, 4)]
    [InlineData(64, 1.2)]
    [InlineData(16, 1.3)]
    public void What_is_new_leaves_a_publisher_once_before_any_of_it_leaves_twice(int viewers, double publisherCopies)
    {
        var report = Run(viewers, publisherCopies);

        Assert.InRange(report.FullSpreadSeconds.P95, 0, 4);
        // Who was sent away would have had it twice, and who relays is asked by all at once, too.
        Assert.InRange((double)report.WastedBytes / report.DeliveredBytes, 0, 0.01);
    }

    private SimulationReport Run(int viewers, double publisherCopies)
    {
        const int Bitrate = 1_000_000;
        var report = Simulator.Run(new Scenario
        {
            Name = "live-spread",
            Seconds = 40,
            Media = new MediaScenario { IsLive = true, Segments = 15, BitsPerSecond = [Bitrate] },
            Publisher = new PublisherScenario { UploadBitsPerSecond = (long)(publisherCopies * Bitrate) },
            Audience = new AudienceScenario { Nodes = viewers, ArrivalSeconds = 4 },
            Player = new PlayerScenario { BufferSeconds = 6, LiveDelaySeconds = 6 },
        }, seed: 1, cancellationToken: TestContext.Current.CancellationToken);

        output.WriteLine($"{viewers}: half {report.HalfSpreadSeconds.P50:0.00} s, "
            + $"99 % {report.FullSpreadSeconds.P50:0.00} s, {report.Stalls} stalls");
        Assert.Equal(15, report.HalfSpreadSeconds.Count);
        Assert.Equal(0, report.Stalls);
        return report;
    }
}
