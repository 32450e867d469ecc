using P2PStream.Scheduling;

namespace P2PStream.Simulation.Tests;

/// <summary>What sets each policy apart can be seen in what it asks for.</summary>
public class PolicyTests
{
    private const int All = PolicyRun.Segments * PolicyRun.SegmentBlocks;

    public static TheoryData<string> Names => [.. PickerCatalog.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Everything_comes_while_peers_can_give_it(string picker)
    {
        var run = new PolicyRun(picker, seed: 1);
        run.Picks(seconds: 120);
        Assert.Equal(All, run.ArrivedAt.Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_black_hole_stops_nobody(string picker)
    {
        var run = new PolicyRun(picker, seed: 1, 0, 6e5);
        run.Picks(seconds: 300);
        Assert.Equal(All, run.ArrivedAt.Count);
    }

    [Fact]
    public void Sequential_asks_in_order() => Assert.Equal(
        Enumerable.Range(0, 24).Select(i => (long)i),
        new PolicyRun("sequential", seed: 1).Picks(seconds: 0.001).Select(p => p.Position));

    [Fact]
    public void Rarest_first_does_not_look_at_deadlines() => Assert.True(
        new PolicyRun("rarest-first", seed: 1).Picks(seconds: 1).Average(p => p.Position) > All / 4);

    [Fact]
    public void The_window_of_monotorrent_keeps_four_requests_at_a_peer()
    {
        var run = new PolicyRun("monotorrent", seed: 1);
        List<Pick> picks = run.Picks(seconds: 0.001);
        Assert.All(run.Peers, peer => Assert.Equal(4, picks.Count(p => p.Source == peer)));
    }

    [Fact]
    public void With_rqbit_one_peer_owns_a_piece()
    {
        var run = new PolicyRun("rqbit", seed: 1);
        var pieces = run.Picks(seconds: 0.5).GroupBy(p => p.Position / PolicyRun.SegmentBlocks);
        Assert.All(pieces, piece => Assert.Single(piece.Select(p => p.Source).Distinct()));
    }

    [Fact]
    public void With_rqbit_a_fast_peer_steals_from_a_slow_one()
    {
        var run = new PolicyRun("rqbit", seed: 1, 5e3, 5e6);
        run.Picks(seconds: 12);
        Assert.Contains(run.Cancelled, c => c.Source == run.Peers[0]);
        Assert.InRange(
            run.ArrivedAt.Values.Max() - TimeSpan.FromSeconds(1),
            TimeSpan.Zero, TimeSpan.FromSeconds(12));
    }

    [Fact]
    public void The_units_error_asks_for_two_seconds_more_every_second()
    {
        int asIs = InFlightAfterThreePasses("libtorrent");
        int corrected = InFlightAfterThreePasses("libtorrent-corrected");
        // 20 kB/s: a block takes 0.8 s, and three fill the 2 s.
        Assert.InRange(corrected, 2, 3);
        Assert.InRange(asIs, 6, 8);

        static int InFlightAfterThreePasses(string picker)
        {
            var run = new PolicyRun(picker, seed: 1, 2e4);
            int asked = run.Picks(seconds: 2.5).Count(p => p.Source == run.Peers[0]);
            return asked - run.ArrivedAt.Count;
        }
    }

    [Fact]
    public void P2P_Media_Loader_2_fetches_over_HTTP_what_peers_have()
    {
        var run = new PolicyRun("p2p-media-loader-2", seed: 1);
        Assert.Equal(run.Origin, run.Picks(seconds: 0.001)[0].Source);
    }

    [Fact]
    public void P2P_Media_Loader_5_asks_peers_first()
    {
        var run = new PolicyRun("p2p-media-loader-5", seed: 1);
        List<Pick> picks = run.Picks(seconds: 0.5);
        Assert.DoesNotContain(picks, p => p.Source == run.Origin);
        // Whole segments, so 16 blocks of each peer at once, and three of them.
        Assert.Equal(3, picks.Select(p => p.Position / PolicyRun.SegmentBlocks).Distinct().Count());
    }
}
