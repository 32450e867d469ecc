using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>What an origin does not have is missed by its own readers only.</summary>
public sealed class MissingAtOriginTests
{
    private const int Segments = 30;

    private static readonly TimeSpan SegmentTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(30);

    [Theory]
    [InlineData(1, 12.5e6, true, true)]
    [InlineData(2, 12.5e6, true, true)]
    [InlineData(2, 12.5e6, false, true)]
    [InlineData(29, 12.5e6, false, true)]
    [InlineData(2, 12.5e6, true, false)]
    [InlineData(2, 12.5e6, false, false)]
    [InlineData(1, 250e3, false, true)]
    [InlineData(2, 250e3, true, true)]
    public void Text_that_is_missing_does_not_stop_the_picture(
        int missing, double rate, bool isClosed, bool isNamed)
    {
        var clock = new VirtualClock();
        using var stream = new TestStream(
            Segments, 250_000, SegmentTime, hasText: true, hasTextOrigin: isNamed);
        var origin = new VirtualOrigin(clock, rate)
        {
            Latency = Latency,
            Lacks = id => id.Track == TestStream.TextTrack
                && id.Sequence >= 1 && id.Sequence < 1 + (ulong)missing,
        };
        var node = Viewer(clock, stream, origin);
        Assert.True(node.Swarm.OpenReader(1000, stream.Text[1].Id, clock.Now));
        if (isClosed) node.Swarm.CloseReader(1000);

        node.Player.Start();
        clock.RunUntil(TimeSpan.FromMinutes(5), () => node.Player.IsDone);

        Assert.True(node.Player.IsDone);
        Assert.Equal(0, node.Player.Stalls);
        // What its reader still waits for, at most.
        Assert.InRange(node.Swarm.RequestsInFlight, 0, 1);
        Assert.InRange(node.Player.StartUp!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Requests_to_an_origin_that_fails_are_given_back()
    {
        var clock = new VirtualClock();
        using var stream = new TestStream(Segments, 250_000, SegmentTime);
        var origin = new VirtualOrigin(clock, 1e6) { Latency = Latency };
        var node = Viewer(clock, stream, origin);
        node.Player.Start();
        for (var second = 1; second < 10; second++)
        {
            clock.RunUntil(TimeSpan.FromSeconds(second));
            origin.IsDown = second % 2 == 1;
        }

        origin.IsDown = false;
        clock.RunUntil(TimeSpan.FromMinutes(5), () => node.Player.IsDone);

        Assert.True(node.Player.IsDone);
        Assert.Equal(0, node.Swarm.RequestsInFlight);
    }

    [Fact]
    public void What_was_missing_is_asked_for_again_after_its_rest_whether_or_not_it_was_looked_at_meanwhile()
    {
        using var stream = new TestStream(1, 4 * ContentLimits.BlockBytes, SegmentTime);
        using var probe = new SwarmProbe(stream, useOrigin: true);
        stream.PublishTo(probe.Swarm, probe.Now);
        probe.Swarm.DiscoveryDone(probe.Now);
        Assert.True(probe.Swarm.OpenReader(1, stream.Records[0].Id, probe.Now));
        probe.Turn();
        var asked = probe.Effects.Where(effect => effect.Kind == SwarmEffectKind.FetchOrigin).ToArray();
        Assert.NotEmpty(asked);

        foreach (var each in asked) probe.Swarm.OriginFailed(each.Number, isMissing: true, probe.Now);
        probe.Now += TimeSpan.FromSeconds(10);
        probe.Turn();

        Assert.True(probe.Effects.Count(effect => effect.Kind == SwarmEffectKind.FetchOrigin) > asked.Length);
    }

    [Fact]
    public void A_jump_does_not_wait_for_a_track_that_nobody_reads()
    {
        var clock = new VirtualClock();
        using var stream = new TestStream(64, 250_000, TimeSpan.FromSeconds(60), hasText: true);
        TimeSpan? asked = null;
        var target = stream.Records[60];
        var origin = new VirtualOrigin(clock, 12.5e6)
        {
            Latency = TimeSpan.FromMilliseconds(100),
            Asked = run => asked ??= run.Record.Id == target.Id ? clock.Now : null,
            // Its bytes are of no interest here.
            Lacks = id => id == target.Id,
        };
        var node = Viewer(clock, stream, origin);
        Assert.True(node.Swarm.OpenReader(1000, stream.Text[0].Id, clock.Now));
        node.Swarm.CloseReader(1000);
        node.Swarm.Play(TimeSpan.Zero, isMoving: false, 1, clock.Now);
        node.Turn();
        clock.RunUntil(TimeSpan.FromSeconds(20));

        var jumped = clock.Now;
        node.Swarm.Play(target.Start, isMoving: false, 1, clock.Now);
        Assert.True(node.Swarm.OpenReader(1001, target.Id, clock.Now));
        node.Turn();
        clock.RunUntil(jumped + TimeSpan.FromMinutes(1), () => asked is not null);

        Assert.InRange(asked!.Value - jumped, TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
    }

    private static VirtualNode Viewer(VirtualClock clock, TestStream stream, VirtualOrigin origin)
    {
        var node = new VirtualNode(clock, stream, 1, isViewer: true, origin);
        stream.PublishTo(node.Swarm, clock.Now);
        node.Swarm.DiscoveryDone(clock.Now);
        return node;
    }
}
