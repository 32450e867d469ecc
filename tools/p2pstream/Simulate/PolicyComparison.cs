using P2PStream.Simulation;

namespace P2PStream.Tool.Simulate;

/// <summary>Every policy in the same scenarios with the same seeds.</summary>
internal static class PolicyComparison
{
    /// <summary>Runs them, and tells each row as soon as it is there, in order.</summary>
    /// <param name="scenarios">What to try.</param>
    /// <param name="pickers">The policies' names.</param>
    /// <param name="seeds">How many seeds, from the first on.</param>
    /// <param name="first">The first seed.</param>
    /// <param name="tell">Is given each row.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static void Run(
        IReadOnlyList<Scenario> scenarios, IReadOnlyList<string> pickers, int seeds, ulong first,
        Action<PolicyRow> tell, CancellationToken cancellationToken)
    {
        foreach (var scenario in scenarios)
        {
            foreach (var picker in pickers)
            {
                var tried = scenario with { Picker = picker };
                var runs = new SimulationReport[seeds];
                // A run takes one thread and shares nothing.
                Parallel.For(0, seeds, new ParallelOptions { CancellationToken = cancellationToken },
                    i => runs[i] = Simulator.Run(
                        tried, first + (ulong)i, cancellationToken: cancellationToken));
                tell(PolicyRow.Of(runs));
            }
        }
    }
}
