namespace P2PStream.Simulation.Tests;

/// <summary>A publisher that has everything and can carry one viewer, beside an origin that can carry one and
/// a half: that it claims everything must not keep viewers from the origin.</summary>
public sealed class SlowPublisherTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(8, 1)]
    [InlineData(8, 2)]
    [InlineData(40, 1)]
    [InlineData(40, 2)]
    [InlineData(40, 3)]
    public void Nobody_stalls_and_the_origin_sends_no_second_copy(int viewers, ulong seed)
    {
        var report = Simulator.Run(new Scenario
        {
            Name = "slow-publisher",
            Seconds = 180,
            Media = new MediaScenario { Segments = 45, BitsPerSecond = [1_000_000] },
            Publisher = new PublisherScenario { UploadBitsPerSecond = 1_000_000 },
            Origin = new OriginScenario { BitsPerSecond = 1_500_000, LatencyMilliseconds = 40 },
            Audience = new AudienceScenario { Nodes = viewers, ArrivalSeconds = viewers },
        }, seed, cancellationToken: TestContext.Current.CancellationToken);

        output.WriteLine($"{report.Stalls} stalls, {report.StallRatio:P2}, {report.OriginCopies:0.00} copies");
        Assert.Equal(0, report.NeverStarted);
        Assert.Equal(0, report.Stalls);
        Assert.InRange(report.OriginCopies, 0.1, 1.0);
    }
}
