using System.CommandLine;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Commands;

/// <summary><c>watch LINK</c>: into a file or a pipe.</summary>
internal static class WatchCommand
{
    private static readonly Argument<string> Link = new("LINK")
    {
        Description = "What the publisher handed out: p2pstream:…",
    };

    private static readonly Option<string?> Output = new("--output")
    {
        Description = "Writes the media in play order, '-' to standard output, and ends when it is complete.",
        HelpName = "FILE",
    };

    private static readonly Option<double> Patience = new("--timeout")
    {
        Description = "Gives up when nobody has had anything for so long.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 30,
    };

    public static Command Create()
    {
        var node = new NodeOptions();
        var command = new Command("watch", "Watches a stream.")
        {
            Link, Output, Patience,
        };
        node.AddTo(command);
        command.SetGuardedAction((result, cancellationToken) => RunAsync(result, node, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult result, NodeOptions options, CancellationToken cancellationToken)
    {
        var link = Links.Parse(result.GetRequiredValue(Link));
        var output = result.GetValue(Output);
        var patience = ReadPatience(result);
        if (output is null) throw ToolException.BadInput("watch needs --output FILE");

        await using var file = output == "-" ? null : OutputFile.Create(output);
        await using var node = await options.StartAsync(
            result, beyondHere: !link.IsLocal(), cancellationToken);
        await using var watched = await node.Node.WatchAsync(link, new WatchOptions(), cancellationToken);
        var watchdog = new Watchdog(watched, patience);
        await watchdog.WaitForCatalogAsync(cancellationToken);
        await using var standardOutput = output == "-" ? Console.OpenStandardOutput() : null;
        var player = new PipePlayer(standardOutput ?? file!.Stream);
        await watchdog.PlayAsync(player, cancellationToken);
        if (file is not null) await file.CommitAsync(cancellationToken);
        return ExitCode.Success;
    }

    private static TimeSpan ReadPatience(ParseResult result)
    {
        var seconds = result.GetValue(Patience);
        return seconds is > 0 and <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw ToolException.BadInput("--timeout: above 0 and at most a day");
    }
}
