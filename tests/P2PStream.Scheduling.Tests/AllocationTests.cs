using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

public class AllocationTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(600)]
    public void The_steady_path_allocates_nothing(double dueSeconds)
    {
        var scheduler = new DeadlineScheduler();
        int lane = scheduler.Lane(512, dueSeconds);
        for (int i = 0; i < 16; i++)
            scheduler.Seed(Peer(rate: 1e6, roundTripMs: 20, window: 4, salt: (ulong)i), lane);
        var inFlight = new Queue<Pick>(4_096);
        TimeSpan now = Start;
        Run(200);
        Assert.Equal(0, Allocations.Least(() => Run(5_000)));

        void Run(int events)
        {
            for (int i = 0; i < events; i++)
            {
                now += TimeSpan.FromMilliseconds(1);
                scheduler.Tick(now);
                while (scheduler.TryTakeCancelled(out _)) { }
                while (scheduler.TryPick(now, out Pick pick)) inFlight.Enqueue(pick);
                Pick done = inFlight.Dequeue();
                if (i % 50 == 0) scheduler.Failed(done.Ticket, FailureReason.Busy, now);
                else scheduler.Delivered(done.Ticket, Block, now);
                scheduler.SetHeld(lane, done.Position, false, now);
                _ = scheduler.NextWakeUp;
            }
        }
    }
}
