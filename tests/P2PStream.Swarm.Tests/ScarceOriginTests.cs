namespace P2PStream.Swarm.Tests;

/// <summary>Eight viewers, two seconds apart, in virtual time: who pays, and does everyone play.</summary>
public sealed class ScarceOriginTests(ITestOutputHelper output)
{
    private const int Viewers = 8;
    private const int Segments = 22;
    private const int SegmentBytes = 250_000;

    private static readonly TimeSpan SegmentTime = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of the sample's best picture and its sound, two seconds each.</summary>
    private static readonly int[] SampleSizes =
    [
        167551, 176153, 174189, 166755, 183199, 201697, 222724, 228924, 211816, 191202, 216122,
        225189, 222105, 176488, 121340, 123588, 174050, 206898, 217740, 207147, 188387, 152419,
    ];

    [Theory]
    [InlineData(60.0, 2.0, 0)]
    [InlineData(20.0, 2.0, 0)]
    [InlineData(20.0, 2.0, 1)]
    [InlineData(20.0, 2.0, 2)]
    [InlineData(20.0, 2.0, 3)]
    [InlineData(20.0, 2.0, 4)]
    [InlineData(20.0, 2.0, 5)]
    [InlineData(20.0, 2.0, 6)]
    [InlineData(20.0, 2.0, 7)]
    [InlineData(20.0, 2.0, 8)]
    [InlineData(20.0, 2.0, 9)]
    [InlineData(20.0, 2.0, 10)]
    [InlineData(20.0, 2.0, 11)]
    [InlineData(20.0, 0.0, 12)]
    [InlineData(20.0, 5.0, 13)]
    public void Windows_that_move_on_at_different_times_make_no_second_copy(
        double ahead, double spacingSeconds, int seed)
    {
        using var stream = new TestStream(Segments, 0, SegmentTime, sizes: SampleSizes);
        var bitrate = stream.Length / (Segments * SegmentTime.TotalSeconds);
        var copies = Run(stream, 1.5 * bitrate, spacingSeconds, ahead, seed);
        Assert.InRange(copies, 1.0, 1.1);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public void Viewers_whose_publisher_has_left_relay_blocks_one_by_one(int seed)
    {
        using var stream = new TestStream(Segments, 0, SegmentTime, sizes: SampleSizes);
        var bitrate = stream.Length / (Segments * SegmentTime.TotalSeconds);
        var copies = Run(stream, 1.5 * bitrate, spacingSeconds: 2, ahead: 10, seed,
            publisherLeaves: TimeSpan.FromSeconds(5));
        Assert.InRange(copies, 1.0, 1.1);
    }

    [Theory]
    [InlineData(1000.0, 2.0)]
    [InlineData(1.5, 2.0)]
    [InlineData(1.5, 0.0)]
    [InlineData(1000.0, 0.0)]
    [InlineData(1.5, 5.0)]
    public void Everyone_plays_and_the_origin_sends_little_more_than_one_copy(
        double originOverBitrate, double spacingSeconds)
    {
        using var stream = new TestStream(Segments, SegmentBytes, SegmentTime);
        var bitrate = SegmentBytes / SegmentTime.TotalSeconds;
        var copies = Run(stream, originOverBitrate * bitrate, spacingSeconds, ahead: 60, seed: 0);
        Assert.InRange(copies, 1.0, 1.1);
    }

    /// <returns>Bytes that the origin sent, over those of the stream.</returns>
    private double Run(
        TestStream stream, double rate, double spacingSeconds, double ahead, int seed,
        TimeSpan? publisherLeaves = null)
    {
        var clock = new VirtualClock();
        var origin = new VirtualOrigin(clock, rate);
        var publisher = new VirtualNode(clock, stream, 100, isViewer: false, origin: null);
        stream.PublishTo(publisher.Swarm, clock.Now);
        var viewers = new List<VirtualNode>();
        for (var i = 0; i < Viewers; i++)
        {
            var viewer = new VirtualNode(clock, stream, i + 1000 * seed, isViewer: true, origin,
                prefetchAhead: TimeSpan.FromSeconds(ahead))
            {
                Delay = TimeSpan.FromMilliseconds(1 + i % 5),
            };
            clock.At(TimeSpan.FromSeconds(i * spacingSeconds), () =>
            {
                if (clock.Now < (publisherLeaves ?? TimeSpan.MaxValue)) viewer.Dial(publisher);
                foreach (var other in viewers) viewer.Dial(other);
                viewers.Add(viewer);
                viewer.Swarm.DiscoveryDone(clock.Now);
                viewer.Player.Start();
            });
        }

        if (publisherLeaves is { } leaves) clock.At(leaves, publisher.Leave);
        clock.RunUntil(TimeSpan.FromMinutes(3),
            () => viewers.Count == Viewers && viewers.TrueForAll(viewer => viewer.Player.IsDone));

        foreach (var viewer in viewers)
            output.WriteLine($"{viewer.Number}: start-up {viewer.Player.StartUp?.TotalMilliseconds:0} ms, "
                + $"{viewer.Player.Stalls} stalls {viewer.Player.StalledFor.TotalMilliseconds:0} ms, "
                + $"viewers {viewer.Swarm.Counters.BytesFromViewers} origin {viewer.Swarm.Counters.BytesFromOrigin} "
                + $"wasted {viewer.Swarm.Counters.BytesWasted} served {viewer.Swarm.Counters.BytesServed} requests {viewer.Swarm.Counters.OriginRequests}");
        var copies = (double)origin.BytesServed / stream.Length;
        var fromViewers = viewers.Sum(viewer => viewer.Swarm.Counters.BytesFromViewers);
        var offload = (double)fromViewers / viewers.Sum(viewer => viewer.Swarm.Counters.BytesDelivered);
        output.WriteLine($"copies {copies:0.000}, offload {offload:0.000}, requests {origin.Requests}, at {clock.Now}");

        Assert.All(viewers, viewer => Assert.True(viewer.Player.IsDone));
        Assert.All(viewers, viewer => Assert.Equal(0, viewer.Player.Stalls));
        Assert.All(viewers, viewer => Assert.Equal(0, viewer.Swarm.Counters.RejectedBlocks));
        Assert.InRange(offload, 0.85, 0.875);
        return copies;
    }
}
