using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Viewers that are elected for the same segment and do not know of each other: what each asks a scarce
/// origin for.</summary>
public sealed class OriginHandsTests : IDisposable
{
    private const int Blocks = 16;
    private const uint Viewer = (uint)InterestRole.Viewer;
    private const uint Lacking = Viewer | (uint)InterestRole.LacksGivers;

    private readonly TestStream _stream =
        new(10, Blocks * ContentLimits.BlockBytes - 200, TimeSpan.FromSeconds(2));

    public void Dispose() => _stream.Dispose();

    [Fact]
    public void They_ask_for_a_few_blocks_and_not_for_the_same()
    {
        var firsts = new HashSet<ushort>();
        for (byte self = 20; self < 30; self++)
        {
            using var probe = Watch(self, Lacking, had: 4);
            var run = Assert.Single(Fetched(probe, segment: 4));
            Assert.InRange(run.Blocks.Count, 1, 2);
            firsts.Add(run.FirstBlock.Index);
        }

        // Eight places to begin at.
        Assert.InRange(firsts.Count, 4, 8);
    }

    [Fact]
    public void What_is_due_soon_is_asked_for_at_once()
    {
        using var probe = Watch(20, Lacking, had: 1);
        Assert.InRange(Asked(Fetched(probe, segment: 1)), 6, Blocks);
    }

    [Fact]
    public void Where_givers_are_not_scarce_many_are_asked_for_at_once()
    {
        using var probe = Watch(20, Viewer, had: 4);
        Assert.InRange(Asked(Fetched(probe, segment: 4)), 6, Blocks);
    }

    [Fact]
    public void What_another_has_meanwhile_is_left_to_him()
    {
        using var probe = Watch(20, Lacking, had: 4);
        var own = Assert.Single(Fetched(probe, segment: 4)).FirstBlock.Index;
        for (ushort i = 0; i < Blocks; i++)
            if (i < own || i > own + 1)
                probe.Say(1, SessionEventKind.HaveBlocks, new BlockId(_stream.Records[4].Id, 0, i));
        probe.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(2, Asked(Fetched(probe, segment: 4)));
    }

    /// <summary>Three peers who use no origin have the first segments; the next one's turn comes.</summary>
    private SwarmProbe Watch(byte self, uint role, int had)
    {
        var probe = new SwarmProbe(_stream, useOrigin: true, self: self);
        _stream.PublishTo(probe.Swarm, probe.Now);
        var first = new BlockId(_stream.Records[0].Id, 0, 0);
        for (var peer = 1; peer < 4; peer++)
        {
            probe.Join(peer);
            probe.Say(peer, SessionEventKind.Interest, first, count: 10, value: role);
            probe.Say(peer, SessionEventKind.HaveSegments, first, count: (uint)had);
        }

        probe.Swarm.DiscoveryDone(probe.Now);
        Assert.True(probe.Swarm.OpenReader(1, first.Segment, probe.Now));
        probe.Swarm.Play(TimeSpan.Zero, isMoving: false, 1, probe.Now);
        probe.Turn();
        while (probe.Now < TimeSpan.FromSeconds(4) && Fetched(probe, had).Length == 0)
            probe.Pass(TimeSpan.FromMilliseconds(50));
        return probe;
    }

    private OriginRun[] Fetched(SwarmProbe probe, int segment) =>
    [
        .. probe.Effects
            .Where(effect => effect.Kind == SwarmEffectKind.FetchOrigin)
            .Select(effect => effect.Run!)
            .Where(run => run.Record.Id == _stream.Records[segment].Id),
    ];

    private static int Asked(OriginRun[] runs) => runs.Sum(run => run.Blocks.Count);
}
