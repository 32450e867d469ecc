using System.Globalization;
using P2PStream.Simulation;
using Spectre.Console;

namespace P2PStream.Tool.Simulate;

/// <summary>Shows how far a run is, where somebody looks; elsewhere nothing.</summary>
internal static class SimulationProgressBar
{
    public static SimulationReport Run(
        Scenario scenario, ulong seed, int threads, bool isShown, bool isCostShown,
        CancellationToken cancellationToken)
    {
        if (!isShown) return Run(scenario, seed, threads, null, isCostShown, cancellationToken);
        return AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            var task = context.AddTask(Markup.Escape(scenario.Name), maxValue: 1);
            return Run(scenario, seed, threads, new Teller(task), isCostShown, cancellationToken);
        });
    }

    private static SimulationReport Run(
        Scenario scenario, ulong seed, int threads, IProgress<SimulationProgress>? progress,
        bool isCostShown, CancellationToken cancellationToken)
    {
        if (!isCostShown) return Simulator.Run(scenario, seed, progress, threads, cancellationToken);
        var cost = new SimulationCost(progress);
        var report = Simulator.Run(scenario, seed, cost, threads, cancellationToken);
        Console.Error.WriteLine(cost.Describe(report.NodeSeconds));
        return report;
    }

    private sealed class Teller(ProgressTask task) : IProgress<SimulationProgress>
    {
        public void Report(SimulationProgress value)
        {
            task.Value = value.Now / value.End;
            task.Description = string.Create(CultureInfo.InvariantCulture,
                $"{value.Now.TotalSeconds,5:0} s, {value.Nodes} nodes, {value.Events} events");
        }
    }
}
