using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A file that is read as it comes through 40 Mbit/s, on which 50 ms of bytes wait below the
/// uploaders: how long a reader waits when it jumps, and when one of two seeds says nothing more. In
/// virtual time, after the bench's scenarios of these names.</summary>
public sealed class SlowLinkTests(ITestOutputHelper output) : IDisposable
{
    private const double Rate = 5e6;
    private const int Pieces = 32;
    private const int PieceBytes = 1 << 20;
    private const int PoolBlocks = 1024;
    private const int Megabyte = 1_000_000;

    private static readonly TimeSpan Ideal = TimeSpan.FromSeconds(Megabyte / Rate);
    private static readonly TimeSpan Queue = TimeSpan.FromMilliseconds(50);

    private readonly TestStream _stream =
        new(Pieces, PieceBytes, TimeSpan.Zero, hasOrigin: false);

    private readonly VirtualClock _clock = new();
    private readonly List<VirtualNode> _seeds = [];

    public void Dispose() => _stream.Dispose();

    [Fact]
    public void After_a_jump_a_megabyte_takes_little_longer_than_the_link_needs()
    {
        var viewer = Start(seeds: 1);
        ReadTo(viewer, 10 * Megabyte);
        var (at, read) = (_clock.Now, viewer.Player.Read);
        var delivered = Got(viewer);

        viewer.Player.Jump(Pieces - 4);
        ReadTo(viewer, read + Megabyte);

        var took = _clock.Now - at;
        var beside = Got(viewer) - delivered - Megabyte;
        output.WriteLine($"{took.TotalSeconds:0.000} s, {beside / 1e6:0.000} MB beside");
        Assert.InRange(took, Ideal, 1.3 * Ideal);
        Assert.InRange(beside, 0, 300_000);
    }

    [Fact]
    public void A_seed_that_says_nothing_more_is_missed_for_less_than_300_ms()
    {
        var viewer = Start(seeds: 2);
        ReadTo(viewer, 6 * Megabyte);
        _seeds[0].IsSilent = true;
        var gap = TimeSpan.Zero;
        for (var read = viewer.Player.Read; read < 16 * Megabyte; read += 250_000)
        {
            var since = _clock.Now;
            ReadTo(viewer, read + 250_000);
            if (_clock.Now - since > gap) gap = _clock.Now - since;
        }

        output.WriteLine($"longest wait {gap.TotalSeconds:0.000} s, " +
            $"wasted {viewer.Swarm.Counters.BytesWasted}");
        Assert.InRange(gap, TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
    }

    private static long Got(VirtualNode viewer) =>
        viewer.Swarm.Counters.BytesFromPublisher + viewer.Swarm.Counters.BytesFromViewers
            + viewer.Swarm.Counters.BytesWasted
            + viewer.Links.Sum(link => link.Session.WastedBytes);

    private VirtualNode Start(int seeds)
    {
        var link = new VirtualUplink(Rate, Queue);
        var viewer = new VirtualNode(_clock, _stream, 0, isViewer: true, origin: null, Rate,
            poolBlocks: PoolBlocks) { Delay = TimeSpan.FromMilliseconds(1) };
        for (var i = 0; i < seeds; i++)
        {
            var seed = new VirtualNode(_clock, _stream, 100 + i, isViewer: false, origin: null,
                Rate, servesMedia: true)
            {
                Uplink = link,
                Delay = TimeSpan.FromMilliseconds(1),
            };
            _stream.PublishTo(seed.Swarm, _clock.Now);
            _seeds.Add(seed);
            viewer.Dial(seed);
        }

        viewer.Swarm.DiscoveryDone(_clock.Now);
        viewer.Player.Start();
        return viewer;
    }

    private void ReadTo(VirtualNode viewer, long bytes)
    {
        _clock.RunUntil(_clock.Now + TimeSpan.FromSeconds(30), () => viewer.Player.Read >= bytes);
        Assert.True(viewer.Player.Read >= bytes);
    }
}
