namespace P2PStream.Swarm.Tests;

/// <summary>Eight viewers, two seconds apart, in virtual time: who pays, and does everyone play.</summary>
public sealed class ScarceOriginTests(ITestOutputHelper output)
{
    private const int Viewers = 8;
    private const int Segments = 22;
    private const int SegmentBytes = 250_000;

    private static readonly TimeSpan SegmentTime = TimeSpan.FromSeconds(2);

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
        var clock = new VirtualClock();
        var rate = originOverBitrate * SegmentBytes / SegmentTime.TotalSeconds;
        var origin = new VirtualOrigin(clock, rate);
        var publisher = new VirtualNode(clock, stream, 100, isViewer: false, origin: null);
        stream.PublishTo(publisher.Swarm, clock.Now);
        var viewers = new List<VirtualNode>();
        for (var i = 0; i < Viewers; i++)
        {
            var viewer = new VirtualNode(clock, stream, i, isViewer: true, origin);
            clock.At(TimeSpan.FromSeconds(i * spacingSeconds), () =>
            {
                viewer.Dial(publisher);
                foreach (var other in viewers) viewer.Dial(other);
                viewers.Add(viewer);
                viewer.Swarm.DiscoveryDone(clock.Now);
                viewer.Player.Start();
            });
        }

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
        Assert.InRange(copies, 1.0, 1.2);
        Assert.InRange(offload, 0.85, 0.875);
    }
}
