using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A whole file from one seed with little upload to leeches that know it and each other: how long
/// until the last has all, and what the seed sends. In virtual time, at a quarter of the rates and a tenth
/// of the sizes of the bench's fan-out.</summary>
public sealed class FanOutTests(ITestOutputHelper output)
{
    private const int Pieces = 48;
    private const int PieceBytes = 256 << 10;
    private const int PoolBlocks = 1024;
    private const int SeedRate = 5_000_000;
    private const double Ample = 200e6;

    /// <summary>What the seed has sent when the last leech has all: the rest are frames and leaf lists.</summary>
    private const double Ideal = 1.0;

    [Theory]
    [InlineData(1, 1.05, 1.01)]
    [InlineData(4, 1.10, 1.05)]
    [InlineData(16, 1.15, 1.10)]
    public void The_last_has_all_about_when_the_seed_has_sent_all_once(
        int leeches, double mostTime, double mostCopies)
    {
        var (time, copies) = Run(leeches);
        Assert.InRange(time, Ideal * 0.99, mostTime);
        Assert.InRange(copies, Ideal, mostCopies);
    }

    /// <summary>The seed does not know its line's rate: what it sends queues below its pickers.</summary>
    [Theory]
    [InlineData(4, 100, 1.10, 1.05)]
    [InlineData(16, 400, 1.15, 1.10)]
    public void On_a_shaped_line_too(int leeches, int queued, double mostTime, double mostCopies)
    {
        var (time, copies) = Run(leeches, queue: TimeSpan.FromMilliseconds(queued));
        Assert.InRange(time, Ideal * 0.99, mostTime);
        Assert.InRange(copies, Ideal, mostCopies);
    }

    [Fact]
    public void A_leech_that_says_nothing_more_holds_nobody_up_for_long()
    {
        var (time, _) = Run(4, leech => leech.Clock.After(
            TimeSpan.FromSeconds(1), () => leech.IsSilent = true));
        Assert.InRange(time, Ideal, 1.3);
    }

    [Fact]
    public void A_leech_that_is_slow_does_not_slow_the_others()
    {
        var (time, _) = Run(4, slow: 100_000);
        Assert.InRange(time, Ideal, 1.3);
    }

    /// <summary>Without the first leech, when that is a bad one.</summary>
    private (double Time, double Copies) Run(
        int count, Action<VirtualNode>? spoil = null, int slow = 0, TimeSpan? queue = null)
    {
        using var stream = new TestStream(Pieces, PieceBytes, TimeSpan.Zero, hasOrigin: false);
        var clock = new VirtualClock();
        var seed = new VirtualNode(clock, stream, 100, isViewer: false, origin: null, Ample,
            servesMedia: true)
        {
            Uplink = queue is null ? new VirtualUplink(Ample) : new VirtualUplink(SeedRate, queue.Value),
            UploadLimit = queue is null ? new VirtualLimit(clock, SeedRate) : null,
        };
        stream.PublishTo(seed.Swarm, clock.Now);
        var leeches = new List<VirtualNode>();
        for (var i = 0; i < count; i++)
        {
            var leech = new VirtualNode(clock, stream, i, isViewer: true, origin: null, Ample,
                poolBlocks: PoolBlocks,
                download: slow > 0 && i == 0 ? new VirtualLimit(clock, slow) : null);
            leech.Dial(seed);
            foreach (var other in leeches) leech.Dial(other);
            leeches.Add(leech);
            leech.Swarm.DiscoveryDone(clock.Now);
            leech.Player.Start();
        }

        spoil?.Invoke(leeches[0]);
        if (spoil is not null || slow > 0) leeches.RemoveAt(0);
        clock.RunUntil(TimeSpan.FromMinutes(3),
            () => leeches.TrueForAll(leech => leech.Player.IsDone));
        Assert.All(leeches, leech => Assert.True(leech.Player.IsDone));
        var time = clock.Now.TotalSeconds / (stream.Length / (double)SeedRate);
        var copies = (double)seed.Swarm.Counters.BytesServed / stream.Length;
        output.WriteLine($"{count} leeches: time over ideal {time:0.000}, copies {copies:0.000}");
        return (time, copies);
    }
}
