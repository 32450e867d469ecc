using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Peers that lie, fall silent or leave, and an origin that fails: honest viewers play on.</summary>
public sealed class HostileSwarmTests : IDisposable
{
    private const int Segments = 6;
    private const int SegmentBytes = 250_000;

    private static readonly TimeSpan SegmentTime = TimeSpan.FromSeconds(2);

    private readonly TestStream _stream = new(Segments, SegmentBytes, SegmentTime);
    private readonly VirtualClock _clock = new();

    public void Dispose() => _stream.Dispose();

    [Fact]
    public void A_peer_that_sends_false_blocks_is_banned_and_another_serves()
    {
        var honest = Publisher(100);
        var liar = Publisher(101);
        var viewer = Viewer(1, origin: null);
        var toLiar = viewer.Dial(liar);
        // Data frames are large; a flipped last byte spoils the block and leaves the framing whole.
        toLiar.Corrupt = bytes =>
        {
            if (bytes.Length > 2000) bytes.Span[^1] ^= 1;
        };
        viewer.Dial(honest);
        viewer.Player.Start();

        Run(viewer);

        Assert.True(viewer.Player.IsDone);
        Assert.Contains(toLiar.Peer, viewer.Banned);
        Assert.True(viewer.Swarm.Counters.RejectedBlocks > 0);
        Assert.Equal(_stream.Length, viewer.Swarm.Counters.BytesDelivered);
    }

    [Fact]
    public void A_peer_that_falls_silent_costs_a_moment()
    {
        var honest = Publisher(100);
        var hole = Publisher(101);
        var viewer = Viewer(1, origin: null);
        viewer.Dial(hole);
        viewer.Dial(honest);
        viewer.Player.Start();
        hole.IsSilent = true;

        Run(viewer);

        Assert.True(viewer.Player.IsDone);
        Assert.Equal(0, viewer.Swarm.Counters.RejectedBlocks);
    }

    [Fact]
    public void When_the_publisher_leaves_the_viewers_have_leaf_lists_and_play_on()
    {
        var origin = new VirtualOrigin(_clock, 1e6);
        var publisher = new VirtualNode(_clock, _stream, 100, isViewer: false, origin: null);
        _stream.PublishTo(publisher.Swarm, _clock.Now);
        var first = Viewer(1, origin);
        var second = Viewer(2, origin);
        first.Dial(publisher);
        second.Dial(publisher);
        second.Dial(first);
        first.Swarm.DiscoveryDone(_clock.Now);
        first.Player.Start();
        second.Swarm.DiscoveryDone(_clock.Now);
        second.Player.Start();
        _clock.At(TimeSpan.FromSeconds(1), publisher.Leave);

        Run(first, second);

        Assert.True(first.Player.IsDone && second.Player.IsDone);
        Assert.True(second.Swarm.Counters.BytesFromViewers > 0);
    }

    [Fact]
    public void An_origin_that_fails_is_tried_again()
    {
        var origin = new VirtualOrigin(_clock, 1e6) { IsDown = true };
        var publisher = new VirtualNode(_clock, _stream, 100, isViewer: false, origin: null);
        _stream.PublishTo(publisher.Swarm, _clock.Now);
        var viewer = Viewer(1, origin);
        viewer.Dial(publisher);
        viewer.Swarm.DiscoveryDone(_clock.Now);
        viewer.Player.Start();
        _clock.At(TimeSpan.FromSeconds(3), () => origin.IsDown = false);

        Run(viewer);

        Assert.True(viewer.Player.IsDone);
        Assert.Equal(_stream.Length, viewer.Swarm.Counters.BytesFromOrigin);
    }

    [Fact]
    public void An_origin_with_other_bytes_reaches_no_player_and_no_peer()
    {
        var origin = new VirtualOrigin(_clock, 1e6) { IsCorrupt = true };
        var publisher = new VirtualNode(_clock, _stream, 100, isViewer: false, origin: null);
        _stream.PublishTo(publisher.Swarm, _clock.Now);
        var viewer = Viewer(1, origin);
        viewer.Dial(publisher);
        viewer.Swarm.DiscoveryDone(_clock.Now);
        viewer.Player.Start();

        _clock.RunUntil(TimeSpan.FromSeconds(20));

        Assert.Equal(0, viewer.Swarm.Counters.BytesDelivered);
        Assert.True(viewer.Swarm.Counters.RejectedBlocks > 0);
        Assert.InRange(origin.Requests, 1, 8);
    }

    [Fact]
    public void The_same_run_twice_is_the_same()
    {
        Assert.Equal(Trace(), Trace());

        static string Trace()
        {
            using var stream = new TestStream(Segments, SegmentBytes, SegmentTime);
            var clock = new VirtualClock();
            var origin = new VirtualOrigin(clock, 200_000);
            var publisher = new VirtualNode(clock, stream, 100, isViewer: false, origin: null);
            stream.PublishTo(publisher.Swarm, clock.Now);
            var viewers = new List<VirtualNode>();
            for (var i = 0; i < 3; i++)
            {
                var viewer = new VirtualNode(clock, stream, i, isViewer: true, origin);
                viewer.Dial(publisher);
                foreach (var other in viewers) viewer.Dial(other);
                viewers.Add(viewer);
                viewer.Swarm.DiscoveryDone(clock.Now);
                viewer.Player.Start();
            }

            clock.RunUntil(TimeSpan.FromMinutes(1));
            return string.Join('|', viewers.Select(viewer =>
                $"{viewer.Swarm.Counters.BytesFromViewers},{viewer.Swarm.Counters.BytesFromOrigin},"
                + $"{viewer.Player.StartUp},{viewer.Player.StalledFor}")) + origin.Requests;
        }
    }

    private VirtualNode Publisher(int number)
    {
        var node = new VirtualNode(
            _clock, _stream, number, isViewer: false, origin: null, servesMedia: true);
        _stream.PublishTo(node.Swarm, _clock.Now);
        return node;
    }

    private VirtualNode Viewer(int number, VirtualOrigin? origin) =>
        new(_clock, _stream, number, isViewer: true, origin);

    /// <summary>Runs to the end, then has everyone leave and checks that no block is still held.</summary>
    private void Run(params VirtualNode[] viewers)
    {
        _clock.RunUntil(
            TimeSpan.FromMinutes(2), () => viewers.All(viewer => viewer.Player.IsDone));
        foreach (var viewer in viewers)
        {
            viewer.Leave();
            viewer.Swarm.Close();
            while (viewer.Swarm.TryTake(out var effect))
            {
                effect.Lease?.Release();
                effect.Command.Lease?.Release();
            }

            Assert.Equal(0, viewer.Pool.Rented);
        }
    }
}
