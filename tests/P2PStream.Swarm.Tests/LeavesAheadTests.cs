using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Leaf lists of what is played much later give way to the blocks that are played first.</summary>
public sealed class LeavesAheadTests(ITestOutputHelper output)
{
    private const int Pieces = 128;
    private const int PieceBytes = 1 << 20;
    private const double Rate = 0.5e6;
    private const long Megabyte = 1_000_000;

    [Fact]
    public void At_half_a_megabyte_a_second_the_first_segments_are_not_held_up_by_lists()
    {
        using var stream = new TestStream(Pieces, PieceBytes, TimeSpan.Zero, hasOrigin: false);
        var clock = new VirtualClock();
        var seed = new VirtualNode(
            clock, stream, 100, isViewer: false, origin: null, Rate, servesMedia: true);
        stream.PublishTo(seed.Swarm, clock.Now);
        var viewer = new VirtualNode(clock, stream, 0, isViewer: true, origin: null, Rate);
        viewer.Dial(seed);
        viewer.Swarm.DiscoveryDone(clock.Now);
        viewer.Player.Start();

        clock.RunUntil(TimeSpan.FromMinutes(1), () => viewer.Player.Read >= 4 * Megabyte);

        var overIdeal = clock.Now.TotalSeconds * Rate / viewer.Player.Read;
        output.WriteLine($"{overIdeal:0.000} of the ideal time");
        Assert.InRange(overIdeal, 1, 1.065);
    }
}
