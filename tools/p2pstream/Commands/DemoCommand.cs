using System.CommandLine;
using P2PStream.Tool.Demo;
using Spectre.Console;

namespace P2PStream.Tool.Commands;

/// <summary><c>demo</c>: origin, publisher, bootstrap node and viewers on this machine.</summary>
internal static class DemoCommand
{
    private static readonly Option<int> Viewers = new("--viewers")
    {
        Description =
            $"Viewers, 1 to {DemoOptions.MostViewers}, started one after the other; "
            + "one more joins late.",
        HelpName = "N",
        DefaultValueFactory = _ => 8,
    };

    private static readonly Option<double> Spacing = new("--spacing")
    {
        Description = "Time between two starts.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 2,
    };

    private static readonly Option<long> OriginCap = new("--origin-cap")
    {
        Description = "The origin's upload to all viewers together; 0 for no limit.",
        HelpName = "BITS_PER_SECOND",
    };

    private static readonly Option<string?> Source = new("--source")
    {
        Description = "What to play instead of the sample: a playlist or any file.",
        HelpName = "PATH_OR_URL",
    };

    // The sample plays for 44 s: with much more nothing would be left to see once all have joined.
    private static readonly AheadOption Ahead = new(DemoOptions.UsualAhead.TotalSeconds);

    private static readonly LimitOptions Limits = new();

    private static readonly Option<bool> Processes = new("--processes")
    {
        Description = "Each viewer runs in a process of its own.",
    };

    private static readonly Option<bool> Serve = new("--serve")
    {
        Description = "Shows a page with the stream and what the swarm does, and keeps running.",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Prints one JSON object at the end, and nothing else on standard output.",
    };

    public static Command Create()
    {
        var command =
            new Command("demo", "Runs a whole swarm on this machine and says how it went.")
        {
            Viewers, Spacing, OriginCap, Source, Processes, Serve, Json,
        };
        Ahead.AddTo(command);
        Limits.AddTo(command);
        command.SetGuardedAction((result, cancellationToken) =>
            RunAsync(Read(result), cancellationToken));
        return command;
    }

    private static DemoOptions Read(ParseResult result)
    {
        var options = new DemoOptions
        {
            Viewers = result.GetValue(Viewers),
            Spacing = TimeSpan.FromSeconds(Math.Clamp(result.GetValue(Spacing), -1, 3600)),
            OriginCap = result.GetValue(OriginCap),
            Source = result.GetValue(Source),
            Ahead = Ahead.Read(result),
            Limits = Limits.Read(result),
            Processes = result.GetValue(Processes),
            Serve = result.GetValue(Serve),
            Json = result.GetValue(Json),
        };
        if (options.Viewers is < 1 or > DemoOptions.MostViewers)
            throw ToolException.BadInput($"--viewers: between 1 and {DemoOptions.MostViewers}");
        if (options.Spacing < TimeSpan.Zero)
            throw ToolException.BadInput("--spacing: not negative");
        if (options.OriginCap < 0) throw ToolException.BadInput("--origin-cap: not negative");
        return options;
    }

    private static async Task<int> RunAsync(
        DemoOptions options, CancellationToken cancellationToken)
    {
        var display = DisplayFor(options);
        await using var swarm = new DemoSwarm(options, display);
        DemoReport? report = null;
        await display.RunAsync(async () => report = await swarm.RunAsync(cancellationToken));
        if (options.Json) Console.WriteLine(DemoJson.Write(report!));
        else DemoSummary.Write(AnsiConsole.Console, swarm.Viewers, report!);
        if (options.Serve)
        {
            Console.Error.WriteLine($"page: {swarm.PageUri}   (Ctrl+C ends)");
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return report!.Complete ? ExitCode.Success : ExitCode.Failed;
    }

    private static IDemoDisplay DisplayFor(DemoOptions options)
    {
        if (options.Json) return new PlainDemoDisplay(Console.Error);
        var console = AnsiConsole.Console;
        return console.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
            ? new LiveDemoDisplay(console)
            : new PlainDemoDisplay(Console.Out);
    }
}
