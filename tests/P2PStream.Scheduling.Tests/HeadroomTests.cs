using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>How much is asked for ahead of a source that has delivered for a second.</summary>
public class HeadroomTests
{
    private const double Rate = 5e6;

    /// <summary>Blocks in 40 ms, <see cref="SchedulerOptions.LeastHeadroom"/>, and in 150 ms.</summary>
    private const int Least = 12, Most = 46;

    private readonly DeadlineScheduler _scheduler = new();
    private readonly VirtualSwarm _swarm;
    private readonly int _source;

    public HeadroomTests()
    {
        _swarm = new VirtualSwarm(_scheduler);
        int lane = _scheduler.OpenLane(new LaneOptions(4096, 0));
        _scheduler.Append(lane, 4000, Start);
        _source = _swarm.Add(Peer(), Rate, roundTrip: 0.002);
        _scheduler.Advertise(_source, lane, 0, 4000, true, Start);
        _swarm.RunUntil(2.5);
    }

    private int Window => _scheduler.Estimate(_source).Window;

    [Fact]
    public void A_steady_source_has_little_queued_and_is_kept_at_work()
    {
        Assert.InRange(Window, Least, Least + 4);
        int before = _swarm.ArrivedAt.Count;
        _swarm.RunUntil(3.5);
        Assert.InRange((_swarm.ArrivedAt.Count - before) * Block, Rate * 0.99, Rate * 1.01);
    }

    [Fact]
    public void One_that_pauses_has_its_pauses_queued()
    {
        _swarm.Pause(_source, 0.1);
        _swarm.RunUntil(2.85);
        Assert.InRange(Window, 2 * Least, Most);
    }
}
