using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Limits in virtual time: precise, and no hindrance to what our own player needs.</summary>
public sealed class RateLimitTests
{
    private const int Frame = FairLimiter.Quantum;
    private const double Unbounded = 1e9;

    [Theory]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    [InlineData(5_000_000)]
    public void A_download_limit_is_kept_by_asking_for_less(long rate)
    {
        using var stream = new TestStream(
            segments: 40, (int)(rate / 4), TimeSpan.FromSeconds(1));
        var clock = new VirtualClock();
        var peer = Publisher(clock, stream);
        var download = new VirtualLimit(clock, rate);
        var viewer = new VirtualNode(
            clock, stream, 0, isViewer: true, origin: null, Unbounded, download: download);
        Watch(viewer, peer);
        clock.RunUntil(TimeSpan.FromSeconds(1));
        var before = download.Taken;
        var delivered = viewer.Swarm.Counters.BytesFromPublisher;
        clock.RunUntil(TimeSpan.FromSeconds(5));

        var taken = download.Taken - before;
        var most = rate * 4 + Frame + rate * FairLimiter.Burst.TotalSeconds;
        Assert.InRange(taken, rate * 4 * 0.97 - 2 * Frame, most);

        // What was asked for came at once: none of it lies in a socket.
        Assert.InRange(
            viewer.Swarm.Counters.BytesFromPublisher - delivered,
            rate * 4 * 0.95 - 4 * Frame, most + 4 * Frame);
    }

    [Fact]
    public void What_is_asked_for_in_vain_costs_nothing()
    {
        using var stream = new TestStream(segments: 4, 300_000, TimeSpan.FromSeconds(1));
        var clock = new VirtualClock();
        var download = new VirtualLimit(clock, 1_000_000);
        var silent = Publisher(clock, stream, number: 100);
        var peer = Publisher(clock, stream, number: 101);
        var viewer = new VirtualNode(
            clock, stream, 0, isViewer: true, origin: null, Unbounded, download: download);
        viewer.Dial(silent);
        Watch(viewer, peer);
        clock.RunUntil(TimeSpan.FromMilliseconds(400));
        silent.IsSilent = true;
        clock.RunUntil(TimeSpan.FromSeconds(20));
        Assert.True(viewer.Player.IsDone);
        var blocks = stream.Records.Sum(record => record.Blocks());
        Assert.Equal(stream.Length + blocks * FrameReader.DataPrefix, download.Taken);
    }

    [Fact]
    public void Uploads_at_their_limit_do_not_delay_requests_of_our_own()
    {
        var without = Busy(limit: null);
        var with = Busy(limit: 900_000);

        // Without a limit eight links put 64 KiB each before a request.
        Assert.InRange(without.WorstQueue, TimeSpan.FromMilliseconds(200), TimeSpan.MaxValue);
        var burst = FairLimiter.Burst + BlockTime * 2;
        Assert.InRange(with.WorstQueue, TimeSpan.Zero, burst);
        Assert.Equal(0, with.Player.Stalls);

        Assert.InRange(with.Swarm.Counters.BytesServed, 900_000 * 18 * 0.95, 900_000 * 20.5);
    }

    [Fact]
    public void While_our_player_is_in_a_hurry_uploads_stand_before_a_request_for_a_block_at_most()
    {
        // Its only source is hardly quicker than it plays: whatever comes next is urgent.
        // Two others want less than it may give, so that its budget fills up between their requests.
        var viewer = Busy(limit: 900_000, publisherRate: 420_000, others: 2);
        Assert.True(viewer.Swarm.IsUrgent(TimeSpan.FromSeconds(20)));
        Assert.InRange(viewer.WorstUrgentQueue, TimeSpan.FromMilliseconds(1),
            FairLimiter.UrgentBurst + BlockTime * 1.25);

        // It gives way in time, not in bytes: swarms in which all are in a hurry must not starve.
        Assert.InRange(viewer.Swarm.Counters.BytesServed, 2 * 400_000 * 18, 900_000 * 20.5);
    }

    private static TimeSpan BlockTime => TimeSpan.FromSeconds(Frame / 1e6);

    /// <summary>A viewer with an uplink of 1 MB/s from whom others want 400 kB/s each.</summary>
    private static VirtualNode Busy(long? limit, double publisherRate = Unbounded,
        int others = 8)
    {
        using var stream = new TestStream(segments: 30, 400_000, TimeSpan.FromSeconds(1));
        var clock = new VirtualClock();
        var publisher = Publisher(clock, stream, rate: publisherRate);
        var viewer = new VirtualNode(clock, stream, 0, isViewer: true, origin: null, 1e6)
        {
            UploadLimit = limit is { } rate ? new VirtualLimit(clock, rate) : null,
        };
        Watch(viewer, publisher);
        for (var i = 1; i <= others; i++)
        {
            var other = new VirtualNode(clock, stream, i, isViewer: true, origin: null, Unbounded);
            Watch(other, viewer);
        }

        // Catalog, records and leaf lists for eight viewers that all start now go first, at once.
        clock.RunUntil(TimeSpan.FromSeconds(5));
        viewer.WorstQueue = viewer.WorstUrgentQueue = TimeSpan.Zero;
        clock.RunUntil(TimeSpan.FromSeconds(20));
        return viewer;
    }

    private static VirtualNode Publisher(
        VirtualClock clock, TestStream stream, int number = 100, double rate = Unbounded)
    {
        var publisher = new VirtualNode(clock, stream, number, isViewer: false, origin: null,
            rate, servesMedia: true);
        stream.PublishTo(publisher.Swarm, clock.Now);
        return publisher;
    }

    private static void Watch(VirtualNode viewer, VirtualNode peer)
    {
        viewer.Dial(peer);
        viewer.Swarm.DiscoveryDone(viewer.Clock.Now);
        viewer.Player.Start();
    }
}
