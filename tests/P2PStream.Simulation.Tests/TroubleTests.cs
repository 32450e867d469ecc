namespace P2PStream.Simulation.Tests;

/// <summary>What a scenario can do to a swarm, each by itself and small: that it is done, that it replays, and
/// that viewers get through.</summary>
public sealed class TroubleTests
{
    private static readonly Scenario Calm = new()
    {
        Seconds = 60,
        Media = new MediaScenario { Segments = 10, BitsPerSecond = [800_000] },
        Origin = new OriginScenario(),
        Network = new NetworkScenario { Degree = 6, MostLinks = 10 },
        Audience = new AudienceScenario { Nodes = 10, ArrivalSeconds = 8 },
    };

    [Fact]
    public void Polluters_are_banned_and_what_they_send_is_counted()
    {
        var report = Run(Calm with { Audience = With(NodeKind.Polluter) });

        Assert.Equal(8, report.Viewers);
        Assert.True(report.RejectedBytes > 0);
        Assert.True(report.Bans > 0);
        Assert.True(report.WastedBytes >= report.RejectedBytes);
        Assert.All(report.Each, viewer => Assert.Equal(20, viewer.PlayedSeconds, 3));
    }

    [Theory]
    [InlineData(NodeKind.BlackHole)]
    [InlineData(NodeKind.Staller)]
    public void Who_gives_nothing_keeps_nobody_from_playing(NodeKind kind)
    {
        var report = Run(Calm with { Audience = With(kind) });

        Assert.Equal(8, report.Viewers);
        Assert.Equal(0, report.RejectedBytes);
        Assert.All(report.Each.Where(viewer => viewer.Class == "viewer"),
            viewer => Assert.Equal(20, viewer.PlayedSeconds, 3));
    }

    [Fact]
    public void Who_leaves_or_crashes_is_replaced()
    {
        var report = Run(Calm with
        {
            Audience = Calm.Audience with { MeanStaySeconds = 10, CrashShare = 0.5 },
        });

        Assert.InRange(report.Viewers, 30, 90);
        Assert.InRange(report.NeverStarted, 0, report.Viewers / 5);
    }

    [Fact]
    public void A_live_stream_is_played_to_its_end()
    {
        var report = Run(Calm with
        {
            Media = Calm.Media with { IsLive = true, Segments = 15 },
            Player = new PlayerScenario { BufferSeconds = 6, LiveDelaySeconds = 4 },
        });

        Assert.Equal(0, report.NeverStarted);
        Assert.All(report.Each, viewer => Assert.True(viewer.PlayedSeconds > 20));
    }

    [Fact]
    public void Players_jump_and_choose_renditions()
    {
        var report = Run(Calm with
        {
            Media = Calm.Media with { Segments = 20, BitsPerSecond = [400_000, 800_000] },
            Player = new PlayerScenario { Renditions = RenditionChoice.Buffer, SeeksPerMinute = 4 },
        });

        Assert.True(report.SeekSeconds.Count > 5);
        Assert.InRange(report.Each.Average(viewer => viewer.BitsPerSecond), 450_000, 790_000);
    }

    [Fact]
    public void Nobody_behind_NAT_is_dialled()
    {
        var report = Run(Calm with
        {
            Audience = Calm.Audience with { Classes = [new() { IsBehindNat = true }] },
        });

        Assert.Equal(0, report.NeverStarted);
        Assert.Equal(0, report.Offload);
    }

    [Theory]
    [InlineData(DisturbanceKind.Clog)]
    [InlineData(DisturbanceKind.Slow)]
    [InlineData(DisturbanceKind.Partition)]
    [InlineData(DisturbanceKind.OriginDown)]
    public void What_goes_wrong_for_a_while_changes_the_run_and_ends(DisturbanceKind kind)
    {
        var report = Run(Calm with
        {
            Disturbances = [new() { Kind = kind, AtSeconds = 2, ForSeconds = 4 }],
        });

        Assert.All(report.Each, viewer => Assert.Equal(20, viewer.PlayedSeconds, 3));
        if (kind != DisturbanceKind.OriginDown)
            Assert.NotEqual(Simulator.Run(Calm, seed: 3, cancellationToken: TestContext.Current.CancellationToken).EventHash, report.EventHash);
    }

    /// <summary>Every trouble replays.</summary>
    private static SimulationReport Run(Scenario scenario)
    {
        var report = Simulator.Run(scenario, seed: 3, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(report.EventHash, Simulator.Run(scenario, seed: 3, cancellationToken: TestContext.Current.CancellationToken).EventHash);
        return report;
    }

    private static AudienceScenario With(NodeKind kind) => Calm.Audience with
    {
        Classes = [new() { Share = 0.8 }, new() { Name = "hostile", Share = 0.2, Kind = kind }],
    };
}
