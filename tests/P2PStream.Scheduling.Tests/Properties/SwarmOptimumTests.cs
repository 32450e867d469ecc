namespace P2PStream.Scheduling.Tests;

/// <summary>
/// Small swarms against the best plan that CP-SAT finds knowing everything: what deciding alone,
/// from what neighbours say, costs. No theorem gives a bound here; the figure is kept.
/// </summary>
public class SwarmOptimumTests
{
    private const int OrdinaryInstances = 30;

    [Fact]
    public void Viewers_that_decide_alone_come_close_to_the_best_plan_of_a_small_swarm()
    {
        var random = new Random(11);
        int count = 0, unsolved = 0;
        double sum = 0, least = 1;
        for (int i = 0; i < LongRun.Cases(OrdinaryInstances); i++)
        {
            SmallSwarm swarm = SmallSwarm.Make(random);
            int optimum = swarm.Optimum();
            int onTime = swarm.Schedule(
                v => new DeadlineScheduler(new SchedulerOptions { Seed = (ulong)v }));
            if (optimum < 0)
            {
                unsolved++;
                continue;
            }
            Assert.InRange(onTime, 0, optimum);
            count++;
            double ratio = optimum == 0 ? 1 : (double)onTime / optimum;
            sum += ratio;
            least = Math.Min(least, ratio);
        }
        LongRun.Tell($"small swarms: {sum / count:F3} of the CP-SAT optimum on time (mean of "
            + $"{count}; {unsolved} unsolved), least {least:F3}");
        Assert.True(count >= OrdinaryInstances / 2, $"{unsolved} unsolved");
        Assert.True(sum / count >= 0.88, $"mean {sum / count:F3}");
    }
}
