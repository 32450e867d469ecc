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
        Assert.InRange(report.SeekOverBound.P50, 0.2, 1);
        Assert.InRange(report.SeekOverBound.P95, 0.2, 1.5);
    }
}
