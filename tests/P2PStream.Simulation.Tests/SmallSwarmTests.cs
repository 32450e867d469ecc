namespace P2PStream.Simulation.Tests;

/// <summary>The smallest swarm that shows everything, and what of it must replay.</summary>
public sealed class SmallSwarmTests
{
    private static readonly Scenario Small = new()
    {
        Name = "small",
        Media = new MediaScenario { Segments = 10, BitsPerSecond = [1_000_000] },
        Origin = new OriginScenario(),
        Network = new NetworkScenario { Degree = 8 },
        Audience = new AudienceScenario { Nodes = 8, ArrivalSeconds = 8 },
    };

    [Fact]
    public void Everyone_plays_everything_and_most_comes_from_other_viewers()
    {
        var report = Simulator.Run(Small, seed: 1, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(8, report.Viewers);
        Assert.Equal(0, report.NeverStarted);
        Assert.Equal(0, report.Stalls);
        Assert.All(report.Each, viewer => Assert.Equal(20, viewer.PlayedSeconds, 3));
        Assert.Equal(8 * 10 * 250_000, report.DeliveredBytes);
        Assert.InRange(report.Offload, 0.3, 0.875);
        Assert.InRange(report.RateOverBound, 0.99, 1.01);
    }

    [Fact]
    public void A_run_follows_from_scenario_and_seed()
    {
        var one = Simulator.Run(Small, seed: 1, cancellationToken: TestContext.Current.CancellationToken);
        var again = Simulator.Run(Small, seed: 1, cancellationToken: TestContext.Current.CancellationToken);
        var other = Simulator.Run(Small, seed: 2, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(one.ToJson(), again.ToJson());
        Assert.NotEqual(one.EventHash, other.EventHash);
    }

    [Fact]
    public void A_jump_ahead_on_demand_waits_for_its_segment_and_not_for_the_clock()
    {
        var jumpy = Small with
        {
            Seconds = 60,
            Media = Small.Media with { Segments = 60 },
            Player = new PlayerScenario { SeeksPerMinute = 4 },
        };

        var report = Simulator.Run(jumpy, seed: 1, cancellationToken: TestContext.Current.CancellationToken);

        Assert.InRange(report.SeekSeconds.Count, 16, 64);
        Assert.InRange(report.SeekSeconds.Most, 0, 2);
    }

    [Fact]
    public void A_run_can_be_given_up()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => Simulator.Run(Small, seed: 1, cancellationToken: cancelled.Token));
    }
}
