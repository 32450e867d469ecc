namespace P2PStream.Simulation;

/// <summary>Runs scenarios in virtual time. A run uses the thread that calls and nothing else: several may go on
/// side by side.</summary>
public static class Simulator
{
    /// <summary>Virtual time between two looks at cancellation and progress.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs a scenario to its end.</summary>
    /// <param name="scenario">What to try.</param>
    /// <param name="seed">Whatever is left to chance follows from it.</param>
    /// <param name="progress">Is told from time to time how far the run is; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="ScenarioException">No run can be made of the scenario.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SimulationReport Run(
        Scenario scenario, ulong seed, IProgress<SimulationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ScenarioCheck.ThrowIfImpossible(scenario);
        using var world = new World(scenario, seed);
        var population = new Population(world);
        var sampler = new Sampler(world, population);
        var end = TimeSpan.FromSeconds(scenario.Seconds);
        while (world.Clock.Now < end && !population.IsDone)
        {
            cancellationToken.ThrowIfCancellationRequested();
            world.Clock.RunUntil(world.Clock.Now + Slice < end ? world.Clock.Now + Slice : end);
            progress?.Report(new SimulationProgress(
                world.Clock.Now, end, population.Audience.Count, world.Clock.Hash.Events));
        }

        return ReportWriter.Write(world, population, sampler);
    }
}
