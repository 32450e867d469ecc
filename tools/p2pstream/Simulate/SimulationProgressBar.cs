using System.Globalization;
using P2PStream.Simulation;
using Spectre.Console;

namespace P2PStream.Tool.Simulate;

/// <summary>Shows how far a run is, where somebody looks; elsewhere nothing.</summary>
internal static class SimulationProgressBar
{
    public static SimulationReport Run(
        Scenario scenario, ulong seed, bool isShown, CancellationToken cancellationToken)
    {
        if (!isShown) return Simulator.Run(scenario, seed, null, cancellationToken);
        return AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            var task = context.AddTask(Markup.Escape(scenario.Name), maxValue: 1);
            return Simulator.Run(scenario, seed, new Teller(task), cancellationToken);
        });
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
