using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>Properties of whole downloads, over generated sources and deadlines.</summary>
public class DownloadProperties
{
    private const int Cases = 1_000, SegmentBlocks = 16;

    /// <summary>A segment lasts 2 s, so this is what a player needs: 131 kB/s.</summary>
    private const double Bitrate = SegmentBlocks * Block / 2.0;

    [ManyCases(Cases)]
    public void At_least_half_of_the_optimum_is_on_time(byte[] due, byte[] holders, byte peers)
    {
        if (due.Length == 0 || holders.Length == 0) return;
        SingleDownload download = Make(due, holders, peers % 4 + 1);
        int optimum = download.Optimum();
        int onTime = download.Schedule(new DeadlineScheduler());
        Assert.InRange(onTime, (optimum + 1) / 2, optimum);
    }

    [ManyCases(Cases)]
    public void With_one_peer_earliest_deadline_first_is_the_optimum(byte[] due)
    {
        if (due.Length == 0) return;
        SingleDownload download = Make(due, [255], peers: 1);
        var urgent = new SchedulerOptions { UrgentZone = Seconds(60) };
        Assert.Equal(download.Optimum(), download.Schedule(new DeadlineScheduler(urgent)));
    }

    [ManyCases(Cases)]
    public void A_black_hole_delays_one_window_of_blocks_and_then_one_at_a_time(
        byte rate, byte roundTrip, byte credit, byte salt)
    {
        var scheduler = new DeadlineScheduler();
        var swarm = new VirtualSwarm(scheduler);
        int lane = Segments(scheduler, 12, first: 8);
        int window = credit % 16 + 1;
        int hole = swarm.Add(Peer(window: window, salt: salt), 0, 0);
        int good = swarm.Add(Peer(salt: 1), Bitrate * (2 + rate / 50.0), roundTrip / 1000.0);
        scheduler.Advertise(hole, lane, 0, 12 * SegmentBlocks, true, Start);
        scheduler.Advertise(good, lane, 0, 12 * SegmentBlocks, true, Start);
        swarm.RunUntil(40);
        Assert.Equal(12 * SegmentBlocks, swarm.ArrivedAt.Count);
        Assert.All(swarm.ArrivedAt, a => Assert.InRange(
            a.Value, 0, 8 + 2 * (a.Key.Position / SegmentBlocks)));
        Pick[] asked = [.. swarm.Order.Where(p => p.Source == hole)];
        // Each trial waits twice as long as the one before: few fit into the download.
        Assert.InRange(asked.Length, 0, Math.Min(window, 8) + 6);
    }

    [ManyCases(Cases)]
    public void Numbering_the_sources_otherwise_changes_no_outcome(
        ushort[] rates, byte[] has, int seed)
    {
        if (rates.Length is 0 or > 8 || has.Length == 0) return;
        int[] order = [.. Enumerable.Range(0, rates.Length)];
        List<double> outcome = Outcome(rates, has, order);
        new Random(seed).Shuffle(order);
        Assert.Equal(outcome, Outcome(rates, has, order));
    }

    [ManyCases(Cases)]
    public void Nobody_is_paid_while_a_peer_is_in_time(byte rate, byte roundTrip, byte origin)
    {
        var scheduler = new DeadlineScheduler();
        var swarm = new VirtualSwarm(scheduler);
        int lane = Segments(scheduler, 10, first: 4);
        double peerRate = Bitrate * (1.5 + rate / 100.0);
        int peer = swarm.Add(
            Peer(peerRate, roundTrip / 2.0), peerRate, roundTrip / 2000.0);
        int paid = swarm.Add(
            Origin(1e5 * (origin + 1), roundTrip), 1e5 * (origin + 1), roundTrip / 1000.0);
        scheduler.Advertise(peer, lane, 0, 10 * SegmentBlocks, true, Start);
        scheduler.Advertise(paid, lane, 0, 10 * SegmentBlocks, true, Start);
        swarm.RunUntil(40);
        Assert.Equal(10 * SegmentBlocks, swarm.ArrivedAt.Count);
        Assert.DoesNotContain(swarm.Order, pick => pick.Source == paid);
    }

    /// <summary>When the blocks came, sorted: who brought which does not matter.</summary>
    private static List<double> Outcome(ushort[] rates, byte[] has, int[] order)
    {
        var scheduler = new DeadlineScheduler();
        var swarm = new VirtualSwarm(scheduler);
        int lane = Segments(scheduler, 4, first: 3);
        foreach (int peer in order)
        {
            // Rates that are never alike; what sources say they have comes in their own order.
            double rate = 20_000 + rates[peer] * 10.0 + peer;
            int source = swarm.Add(Peer(rate, 20 + peer, salt: (ulong)peer), rate, 0.02);
            for (int b = 0; b < 4 * SegmentBlocks; b++)
            {
                bool holds = (has[(b + peer) % has.Length] >> (peer % 8) & 1) != 0;
                if (holds) scheduler.Advertise(source, lane, b, 1, true, Start);
            }
        }
        swarm.RunUntil(120);
        return [.. swarm.ArrivedAt.Values.Order()];
    }

    private static int Segments(DeadlineScheduler scheduler, int count, double first)
    {
        int lane = scheduler.OpenLane(new LaneOptions(1024));
        for (int i = 0; i < count; i++)
            scheduler.Append(lane, SegmentBlocks, Seconds(first + 2 * i));
        return lane;
    }

    private static SingleDownload Make(byte[] due, byte[] holders, int peers)
    {
        int[] sorted = [.. due.Select(d => d % 12 + 1).Order().Take(48)];
        bool[][] holds = new bool[sorted.Length][];
        for (int b = 0; b < sorted.Length; b++)
        {
            holds[b] = new bool[peers];
            for (int p = 0; p < peers; p++)
                holds[b][p] = (holders[b % holders.Length] >> p & 1) != 0;
            holds[b][b % peers] = true;
        }
        return new SingleDownload(sorted, holds);
    }
}
