namespace P2PStream.Swarm.Tests;

/// <summary>How many round trips a viewer waits for on a link that is up: bandwidth hides none of them.</summary>
public sealed class StartUpTests
{
    /// <summary>Catalog, records, blocks: each needs the one before.</summary>
    private const int RoundTrips = 3;

    /// <summary>Bytes per second: what is sent takes next to no time.</summary>
    private const double Unbounded = 1e9;

    /// <summary>No more than a source of unknown rate is asked for at once: eight blocks.</summary>
    private const int SegmentBytes = 120_000;

    /// <summary>This harness's player is heard at the swarm's next wake-up, 250 ms later at most.</summary>
    private static readonly TimeSpan WakeUp = TimeSpan.FromMilliseconds(250);

    [Theory]
    [InlineData(100)]
    [InlineData(300)]
    [InlineData(600)]
    public void A_peer_that_has_everything_starts_a_viewer_in_three_round_trips(int delayMilliseconds) =>
        Start(SegmentBytes, TimeSpan.FromMilliseconds(delayMilliseconds), RoundTrips);

    [Fact]
    public void The_first_megabyte_takes_one_round_trip_more() =>
        Start(1_000_000, TimeSpan.FromMilliseconds(25), RoundTrips + 1);

    private static void Start(int segmentBytes, TimeSpan delay, int roundTrips)
    {
        using var stream = new TestStream(segments: 4, segmentBytes, TimeSpan.FromSeconds(2));
        var clock = new VirtualClock();
        var peer = new VirtualNode(clock, stream, 100, isViewer: false, origin: null, Unbounded,
            servesMedia: true)
        {
            Delay = delay,
        };
        stream.PublishTo(peer.Swarm, clock.Now);
        var viewer = new VirtualNode(clock, stream, 0, isViewer: true, origin: null, Unbounded)
        {
            Delay = delay,
        };
        viewer.Dial(peer);
        viewer.Swarm.DiscoveryDone(clock.Now);
        viewer.Player.Start();

        clock.RunUntil(TimeSpan.FromSeconds(30), () => viewer.Player.StartUp is not null);

        var least = roundTrips * 2 * delay;
        var margin = WakeUp < 1.9 * delay ? WakeUp : 1.9 * delay;
        Assert.InRange(viewer.Player.StartUp!.Value, least, least + margin);
    }
}
