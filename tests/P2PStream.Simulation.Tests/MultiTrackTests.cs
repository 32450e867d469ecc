namespace P2PStream.Simulation.Tests;

/// <summary>Audio beside the renditions: a player plays what it has both of, and the swarm brings both.</summary>
public sealed class MultiTrackTests
{
    private const int Viewers = 8, Segments = 15;

    [Fact]
    public void A_player_reads_audio_beside_video()
    {
        var report = Run(Media(audio: 128_000));

        Assert.Equal(0, report.NeverStarted);
        Assert.Equal(0, report.Stalls);
        Assert.All(report.Each, viewer => Assert.Equal(2 * Segments, viewer.PlayedSeconds, 3));
        // 1,128 kbit/s for two seconds a segment.
        Assert.Equal(Viewers * Segments * (250_000L + 32_000), report.DeliveredBytes);
        Assert.All(report.Each, viewer => Assert.Equal(1_128_000, viewer.BitsPerSecond, 1));
        Assert.InRange(report.RateOverBound, 0.99, 1.01);
    }

    [Fact]
    public void Renditions_change_and_the_audio_does_not()
    {
        var report = Run(
            Media(audio: 128_000) with { BitsPerSecond = [400_000, 1_000_000] },
            new PlayerScenario { Renditions = RenditionChoice.Buffer });

        Assert.Equal(0, report.Stalls);
        Assert.All(report.Each, viewer => Assert.InRange(viewer.BitsPerSecond, 600_000, 1_127_000));
    }

    [Fact]
    public void Live_audio_is_joined_where_the_video_is()
    {
        var report = Run(
            Media(audio: 128_000) with { IsLive = true },
            new PlayerScenario { BufferSeconds = 6, LiveDelaySeconds = 6 });

        Assert.Equal(0, report.NeverStarted);
        Assert.Equal(0, report.Stalls);
        Assert.All(report.Each, viewer => Assert.InRange(viewer.LatencySeconds!.Value, 6, 9));
    }

    private static MediaScenario Media(long audio) => new()
    {
        Segments = Segments, BitsPerSecond = [1_000_000], AudioBitsPerSecond = audio,
    };

    private static SimulationReport Run(MediaScenario media, PlayerScenario? player = null) =>
        Simulator.Run(new Scenario
        {
            Name = "multi-track",
            Seconds = 60,
            Media = media,
            Publisher = new PublisherScenario { UploadBitsPerSecond = 20_000_000 },
            Network = new NetworkScenario { Degree = 8 },
            Audience = new AudienceScenario { Nodes = Viewers, ArrivalSeconds = 8 },
            Player = player ?? new PlayerScenario(),
        }, seed: 1, cancellationToken: TestContext.Current.CancellationToken);
}
