namespace P2PStream.Simulation.Tests;

/// <summary>How long a jump takes beside the two round trips and the transfer that it takes at least.</summary>
public sealed class SeekBoundTests
{
    /// <summary>Jumps into what some of twelve viewers have watched, or a publisher has, with uplinks to spare.</summary>
    private static readonly Scenario WithRoom = new()
    {
        Name = "jumps",
        Seconds = 90,
        Media = new MediaScenario { Segments = 150, BitsPerSecond = [1_000_000] },
        Publisher = new PublisherScenario { UploadBitsPerSecond = 50_000_000 },
        Network = new NetworkScenario { Degree = 11 },
        Audience = new AudienceScenario
        {
            Nodes = 12,
            ArrivalSeconds = 10,
            Classes = [new NodeClass { UploadBitsPerSecond = 10_000_000 }],
        },
        Player = new PlayerScenario { SeeksPerMinute = 4 },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_jump_to_what_peers_hold_and_have_room_for_is_near_what_it_takes_at_least(ulong seed)
    {
        var report = Simulator.Run(WithRoom, seed, cancellationToken: TestContext.Current.CancellationToken);

        Assert.InRange(report.SeekOverBound.Count, 20, report.SeekSeconds.Count);
        Assert.InRange(report.SeekOverBound.P50, 0.2, 0.85);
        Assert.InRange(report.SeekOverBound.P95, 0.2, 1.2);
    }

    /// <summary>A segment is 250,000 bytes and 173 heads of packets, 259,688 on the line; a round trip is 50 ms.</summary>
    /// <param name="uploadMbit">What the publisher sends a second at most.</param>
    /// <param name="downloadMbit">What the viewer receives a second at most.</param>
    /// <param name="bound">Two round trips, and the segment on the slower of both lines.</param>
    [Theory]
    [InlineData(10, 50, 0.1 + 0.20775)]
    [InlineData(80, 20, 0.1 + 0.103875)]
    public void It_takes_two_round_trips_and_the_segments_time_on_the_slower_line(
        int uploadMbit, int downloadMbit, double bound)
    {
        var report = Simulator.Run(
            Alone(uploadMbit, publishers: 1, downloadMbit), seed: 1,
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotEqual(0, report.SeekBoundSeconds.Count);
        Assert.Equal(bound, report.SeekBoundSeconds.P50, 0.001);
        Assert.Equal(bound, report.SeekBoundSeconds.Most, 0.001);
    }

    [Fact]
    public void All_who_have_a_segment_send_it_together()
    {
        var report = Simulator.Run(
            Alone(uploadMbit: 5, publishers: 2, downloadMbit: 50), seed: 1,
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0.1 + 0.20775, report.SeekBoundSeconds.P50, 0.001);
    }

    /// <summary>What is here already has no bound.</summary>
    [Fact]
    public void A_jump_to_what_is_here_is_not_counted()
    {
        var report = Simulator.Run(
            WithRoom with { Seconds = 30, Media = WithRoom.Media with { Segments = 10 } }, seed: 1,
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotEqual(0, report.SeekSeconds.Count);
        Assert.Equal(0, report.SeekBoundSeconds.Count);
    }

    private static Scenario Alone(int uploadMbit, int publishers, int downloadMbit) => WithRoom with
    {
        Seconds = 30,
        Publisher = new PublisherScenario { Nodes = publishers, UploadBitsPerSecond = uploadMbit * 1_000_000 },
        Network = new NetworkScenario
        {
            MinimumDelayMilliseconds = 25,
            MaximumDelayMilliseconds = 25,
            Asymmetry = 0,
        },
        Audience = new AudienceScenario
        {
            Nodes = 1,
            ArrivalSeconds = 1,
            Classes = [new NodeClass { DownloadBitsPerSecond = downloadMbit * 1_000_000 }],
        },
        Player = new PlayerScenario { SeeksPerMinute = 20 },
    };
}
