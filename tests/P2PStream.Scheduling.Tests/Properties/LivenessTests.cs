using FsCheck;
using FsCheck.Fluent;
using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

public class LivenessTests
{
    [ManyCases(1_000)]
    public void Every_block_with_a_live_holder_arrives_whoever_is_silent(
        byte silentCount, byte liveCount, ushort blocks, int seed)
    {
        var random = new Random(seed);
        var scheduler = new DeadlineScheduler(new SchedulerOptions { Seed = (ulong)seed });
        var swarm = new VirtualSwarm(scheduler);
        int lane = scheduler.Lane(blocks % 300 + 1, 3 + random.Next(20));
        int count = (int)scheduler.Tail(lane);
        for (int i = 0; i < silentCount % 4; i++)
            scheduler.Advertise(swarm.Add(Peer(salt: (ulong)i), 0, 0), lane, 0, count, true, Start);
        int live = liveCount % 3 + 1;
        for (int i = 0; i < live; i++)
        {
            int source = swarm.Add(
                Peer(salt: (ulong)(9 + i)),
                2e4 + random.NextDouble() * 2e6,
                random.NextDouble() * 0.3);
            // Between them the live ones have everything, and some of it twice.
            for (int b = 0; b < count; b++)
                if (b % live == i || random.Next(3) == 0)
                    scheduler.Advertise(source, lane, b, 1, true, Start);
        }
        swarm.RunUntil(3_000);
        Assert.Equal(count, swarm.ArrivedAt.Count);
    }

    [Fact]
    public void A_black_hole_delays_one_window_of_blocks_once()
    {
        var scheduler = new DeadlineScheduler();
        var swarm = new VirtualSwarm(scheduler);
        int lane = scheduler.OpenLane(new LaneOptions(1024));
        for (int segment = 0; segment < 20; segment++)
            scheduler.Append(lane, 16, Seconds(6 + 2 * segment));
        int hole = swarm.Add(Peer(salt: 1), 0, 0);
        int good = swarm.Add(Peer(salt: 2), 4e5, 0.05);
        scheduler.Advertise(hole, lane, 0, 320, true, Start);
        scheduler.Advertise(good, lane, 0, 320, true, Start);
        swarm.RunUntil(60);
        Assert.Equal(320, swarm.ArrivedAt.Count);
        Assert.All(swarm.ArrivedAt, a => Assert.InRange(
            a.Value, 0, 6 + 2 * (a.Key.Position / 16)));
        int asked = swarm.Order.Count(p => p.Source == hole);
        Assert.InRange(asked, 1, 8 + 6);
    }

    [Fact]
    public void A_source_that_becomes_slow_loses_its_share_and_nothing_is_late()
    {
        var scheduler = new DeadlineScheduler();
        var swarm = new VirtualSwarm(scheduler);
        int lane = scheduler.OpenLane(new LaneOptions(2048));
        for (int segment = 0; segment < 60; segment++)
            scheduler.Append(lane, 16, Seconds(8 + 2 * segment));
        int a = swarm.Add(Peer(salt: 1), 2e5, 0.05);
        int b = swarm.Add(Peer(salt: 2), 2e5, 0.05);
        scheduler.Advertise(a, lane, 0, 960, true, Start);
        scheduler.Advertise(b, lane, 0, 960, true, Start);
        swarm.RunUntil(10);
        swarm.ChangeRate(b, 5_000);
        swarm.RunUntil(140);
        Assert.Equal(960, swarm.ArrivedAt.Count);
        int late = swarm.ArrivedAt.Count(x => x.Value > 8 + 2 * (x.Key.Position / 16));
        Assert.Equal(0, late);
    }

    [Fact]
    public void Who_serves_a_request_faster_gets_more_of_them()
    {
        var scheduler = new DeadlineScheduler();
        var swarm = new VirtualSwarm(scheduler);
        int lane = scheduler.Lane(600, 20);
        int slow = swarm.Add(Peer(salt: 1), 1e5, 0.04);
        int fast = swarm.Add(Peer(salt: 2), 1e6, 0.04);
        scheduler.Advertise(slow, lane, 0, 600, true, Start);
        scheduler.Advertise(fast, lane, 0, 600, true, Start);
        swarm.RunUntil(20);
        Assert.Equal(600, swarm.ArrivedAt.Count);
        double share = swarm.Order.Count(p => p.Source == fast) / 600.0;
        Assert.InRange(share, 0.85, 0.96);
        // 9.8 MB at 1.1 MB/s: both were kept at work until the end.
        Assert.InRange(swarm.ArrivedAt.Values.Max(), 1 + 8.9, 1 + 10.5);
        Assert.InRange(scheduler.Estimate(fast).Rate, 7e5, 1.3e6);
        Assert.InRange(scheduler.Estimate(slow).Rate, 7e4, 1.3e5);
    }

    [Theory]
    [InlineData(1.2e5, 0.25)]
    [InlineData(2e6, 0.1)]
    [InlineData(2e4, 0.02)]
    public void One_source_is_kept_at_work_without_knowing_its_rate(double rate, double roundTrip)
    {
        var scheduler = new DeadlineScheduler();
        var swarm = new VirtualSwarm(scheduler);
        int lane = scheduler.Lane(200, 300);
        int source = swarm.Add(Peer(window: 256), rate, roundTrip);
        scheduler.Advertise(source, lane, 0, 200, true, Start);
        swarm.RunUntil(400);
        Assert.Equal(200, swarm.ArrivedAt.Count);
        double ideal = 200 * Block / rate + roundTrip;
        Assert.InRange(swarm.ArrivedAt.Values.Max() - 1, ideal * 0.99, ideal * 1.1 + roundTrip);
        Assert.InRange(scheduler.Estimate(source).Rate, rate * 0.9, rate * 1.1);
    }

    [ManyCases(1_000)]
    public void Lowering_a_deadline_never_demotes_a_block(
        byte[] due, byte which, byte lower, int seed)
    {
        if (due.Length == 0) return;
        int block = which % due.Length;
        int before = Place(due, block, seed);
        byte[] sooner = [.. due];
        sooner[block] = (byte)(sooner[block] * (lower % 100) / 100);
        Assert.InRange(Place(sooner, block, seed), 0, before);
    }

    /// <summary>How many blocks go before one, with one peer and a window of one.</summary>
    private static int Place(byte[] due, int block, int seed)
    {
        var scheduler = new DeadlineScheduler(new SchedulerOptions { Seed = (ulong)seed });
        int lane = scheduler.OpenLane(new LaneOptions(1024));
        foreach (byte d in due) scheduler.Append(lane, 1, Start + Seconds(d * 0.1));
        scheduler.Seed(Peer(rate: 1e9, window: 1, salt: 3), lane);
        for (int place = 0; ; place++)
        {
            Assert.True(scheduler.TryPick(Start, out Pick pick));
            if (pick.Position == block) return place;
            Assert.True(scheduler.Delivered(pick.Ticket, Block, Start));
        }
    }
}
