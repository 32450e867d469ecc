namespace P2PStream.Simulation;

/// <summary>Runs scenarios in virtual time. Several runs may go on side by side.</summary>
public static class Simulator
{
    /// <summary>The most threads of a run.</summary>
    public const int MostThreads = 64;

    /// <summary>Virtual time between two looks at cancellation and progress.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs a scenario to its end.</summary>
    /// <param name="scenario">What to try.</param>
    /// <param name="seed">Whatever is left to chance follows from it.</param>
    /// <param name="progress">Is told from time to time how far the run is; null: nobody is.</param>
    /// <param name="threads">How many threads run it, the caller's among them: 1 to <see cref="MostThreads"/>. The
    /// report is the same for any number.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="ScenarioException">No run can be made of the scenario.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> are too few or too many.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SimulationReport Run(
        Scenario scenario, ulong seed, IProgress<SimulationProgress>? progress = null, int threads = 1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MostThreads);
        ScenarioCheck.ThrowIfImpossible(scenario);
        using var world = new World(scenario, seed, threads);
        var population = new Population(world);
        var sampler = new Sampler(world, population);
        var end = TimeSpan.FromSeconds(scenario.Seconds);
        while (world.Clock.Now < end && !population.IsDone)
        {
            cancellationToken.ThrowIfCancellationRequested();
            world.RunUntil(world.Clock.Now + Slice < end ? world.Clock.Now + Slice : end);
            progress?.Report(new SimulationProgress(
                world.Clock.Now, end, population.Audience.Count, world.Hash.Events));
        }

        return ReportWriter.Write(world, population, sampler);
    }
}
