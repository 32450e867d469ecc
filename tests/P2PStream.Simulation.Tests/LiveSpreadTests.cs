namespace P2PStream.Simulation.Tests;

/// <summary>A live segment spreads as a tree grows: ten times as many viewers take some hops more, not ten times as
/// long. The publisher's line carries four of them.</summary>
public sealed class LiveSpreadTests(ITestOutputHelper output)
{
    [Fact]
    public void Eight_times_the_viewers_wait_little_longer()
    {
        var few = Run(viewers: 8);
        var many = Run(viewers: 64);

        // Steps of the tree: log2(9) = 3.2 and log2(65) = 6.0.
        Assert.InRange(many.FullSpreadSeconds.P50, 0, 1.9 * few.FullSpreadSeconds.P50);
        // The publisher alone would need 16 times a segment's length for all.
        Assert.InRange(many.FullSpreadSeconds.P50, 0, 2);
        Assert.Equal(0, many.Stalls);
    }

    private SimulationReport Run(int viewers)
    {
        var report = Simulator.Run(new Scenario
        {
            Name = "live-spread",
            Seconds = 40,
            Media = new MediaScenario { IsLive = true, Segments = 15, BitsPerSecond = [1_000_000] },
            Publisher = new PublisherScenario { UploadBitsPerSecond = 4_000_000 },
            Audience = new AudienceScenario { Nodes = viewers, ArrivalSeconds = 4 },
            Player = new PlayerScenario { BufferSeconds = 6, LiveDelaySeconds = 6 },
        }, seed: 1, cancellationToken: TestContext.Current.CancellationToken);

        output.WriteLine($"{viewers}: half {report.HalfSpreadSeconds.P50:0.00} s, "
            + $"99 % {report.FullSpreadSeconds.P50:0.00} s, {report.Stalls} stalls");
        Assert.InRange(report.HalfSpreadSeconds.Count, 12, 15);
        return report;
    }
}
