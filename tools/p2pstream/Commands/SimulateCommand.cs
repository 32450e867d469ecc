using System.CommandLine;
using P2PStream.Simulation;
using P2PStream.Tool.Input;
using P2PStream.Tool.Simulate;
using Spectre.Console;

namespace P2PStream.Tool.Commands;

/// <summary><c>simulate</c>: a swarm in virtual time, from a scenario and a seed.</summary>
internal static class SimulateCommand
{
    private const int MostPeers = 1_000_000;

    /// <summary>Below, threads wait for each other longer than they gain: 100 peers took longer with two.</summary>
    private const int FewPeers = 200;

    private static readonly Argument<string?> Name = new("SCENARIO")
    {
        Description = "A standard scenario's name, or a file that holds one as JSON.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "Whatever is left to chance follows from it.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<int?> Peers = new("--peers")
    {
        Description = "Nodes of the audience, instead of as many as the scenario has.",
        HelpName = "N",
    };

    private static readonly Option<int?> Threads = new("--threads")
    {
        Description = "Threads that run it, 1 to 64; what comes out is the same. Usually one a processor, and "
            + $"one where the audience is below {FewPeers}.",
        HelpName = "N",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Prints the report as one JSON object, and nothing else on standard output.",
    };

    private static readonly Option<string?> Plot = new("--plot")
    {
        Description = "Draws buffers, offload and rate over time into a file, .svg or .png.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> List = new("--list")
    {
        Description = "Lists the standard scenarios.",
    };

    private static readonly Option<bool> Cost = new("--cost")
    {
        Description = "Says on standard error what the run cost: CPU time, and live memory a node.",
    };

    private static readonly Option<bool> Compare = new("--compare")
    {
        Description = "Runs every block picker in the scenario, or in all standard ones, and prints a "
            + "Markdown table; with --json a line of JSON a policy.",
    };

    private static readonly Option<string?> Pickers = new("--pickers")
    {
        Description = "Compares these only: names with commas between.",
        HelpName = "NAMES",
    };

    private static readonly Option<int> Seeds = new("--seeds")
    {
        Description = "How many seeds a comparison runs, from --seed on: 1 to 100.",
        HelpName = "N",
        DefaultValueFactory = _ => 3,
    };

    public static Command Create()
    {
        var command = new Command("simulate", "Tries a swarm in virtual time and says how it went.")
        {
            Name, Seed, Peers, Threads, Json, Plot, List, Cost, Compare, Pickers, Seeds,
        };
        command.SetGuardedAction((result, cancellationToken) =>
            Task.FromResult(Run(result, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellationToken)
    {
        if (result.GetValue(List)) return WriteList();
        var isComparison = result.GetValue(Compare);
        RefuseWhatIsIgnored(result, isComparison);
        if (isComparison) return RunComparison(result, cancellationToken);
        if (result.GetValue(Name) is not { } name)
            throw ToolException.BadInput("simulate: name a scenario, or see --list");
        var scenario = Sized(StandardScenarios.Find(name), result.GetValue(Peers));

        // A name that cannot be drawn into is told now, not when the run is over.
        var plot = result.GetValue(Plot);
        if (plot is not null)
        {
            SimulationPlot.IsVector(plot);
            PathProblem.RefuseUnlessFileCanBeMade(plot);
        }

        var isJson = result.GetValue(Json);
        var isShown = !isJson && AnsiConsole.Profile.Capabilities.Interactive;
        var report = SimulationProgressBar.Run(
            scenario, result.GetValue(Seed), ThreadsFor(scenario, result.GetValue(Threads)), isShown,
            result.GetValue(Cost), cancellationToken);
        if (isJson) Console.WriteLine(report.ToJson());
        else SimulationSummary.Write(AnsiConsole.Console, report);
        if (plot is not null) SimulationPlot.Save(report, plot);
        return ExitCode.Success;
    }

    /// <summary>An option that does nothing where it stands is a mistake, and would look like a result.</summary>
    private static void RefuseWhatIsIgnored(ParseResult result, bool isComparison)
    {
        Option[] ignored = isComparison ? [Plot, Threads, Cost] : [Pickers, Seeds];
        foreach (var option in ignored)
            if (result.GetResult(option) is { Implicit: false })
                throw ToolException.BadInput(isComparison
                    ? $"{option.Name}: of one run only, not of a comparison"
                    : $"{option.Name}: of a comparison only; see --compare");
    }

    private static Scenario Sized(Scenario scenario, int? peers) => peers switch
    {
        null => scenario,
        < 1 or > MostPeers => throw ToolException.BadInput($"--peers: between 1 and {MostPeers}"),
        _ => scenario with { Audience = scenario.Audience with { Nodes = peers.Value } },
    };

    private static int ThreadsFor(Scenario scenario, int? threads) => threads switch
    {
        null when scenario.Audience.Nodes < FewPeers => 1,
        null => Math.Min(Environment.ProcessorCount, Simulator.MostThreads),
        < 1 or > Simulator.MostThreads =>
            throw ToolException.BadInput($"--threads: between 1 and {Simulator.MostThreads}"),
        _ => threads.Value,
    };

    private static int RunComparison(ParseResult result, CancellationToken cancellationToken)
    {
        var seeds = result.GetValue(Seeds);
        if (seeds is < 1 or > 100) throw ToolException.BadInput("--seeds: between 1 and 100");
        IReadOnlyList<string> pickers = result.GetValue(Pickers) is { } names
            ? names.Split(',', StringSplitOptions.TrimEntries)
            : PickerCatalog.Names;
        foreach (var picker in pickers)
            if (!PickerCatalog.Names.Contains(picker))
                throw ToolException.BadInput(
                    $"--pickers: '{picker}' is none of {string.Join(", ", PickerCatalog.Names)}");
        IReadOnlyList<Scenario> scenarios = result.GetValue(Name) is { } name
            ? [StandardScenarios.Find(name)]
            : StandardScenarios.All();
        var table = new PolicyTable(Console.Out);
        PolicyComparison.Run(
            [.. scenarios.Select(scenario => Sized(scenario, result.GetValue(Peers)))], pickers,
            seeds, result.GetValue(Seed),
            result.GetValue(Json) ? row => Console.WriteLine(row.ToJson()) : table.Write,
            cancellationToken);
        return ExitCode.Success;
    }

    private static int WriteList()
    {
        foreach (var scenario in StandardScenarios.All())
            Console.WriteLine($"{scenario.Name,-16} {scenario.Description}");
        return ExitCode.Success;
    }
}
