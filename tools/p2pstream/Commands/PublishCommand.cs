using System.CommandLine;
using P2PStream.Protocol;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Commands;

/// <summary><c>publish PLAYLIST_OR_FILE_OR_URL --key FILE --name NAME</c>: serves a stream until
/// told to end.</summary>
internal static class PublishCommand
{
    private static readonly Argument<string> Source = new("PLAYLIST_OR_FILE_OR_URL")
    {
        Description = "An HLS playlist, or any single file; a path or an http(s) URL.",
    };

    private static readonly Option<string> Key = new("--key")
    {
        Description = "The key file that 'keygen' made.",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string> Name = new("--name")
    {
        Description = "The stream's name; with the key it is the stream's identity.",
        HelpName = "NAME",
        Required = true,
    };

    private static readonly Option<bool> Private = new("--private")
    {
        Description =
            "Puts a secret into the link, always the same: nobody without it finds or joins the viewers.",
    };

    private static readonly Option<string?> Origin = new("--origin")
    {
        Description =
            "Where viewers can have the same files over HTTP when no peer has them in time.",
        HelpName = "URL",
    };

    public static Command Create()
    {
        var node = new NodeOptions(
            "a free port of 127.0.0.1", "the link names this node alone to start from");
        var command = new Command("publish", "Publishes a stream and prints its link.")
        {
            Source, Key, Name, Private, Origin,
        };
        node.AddTo(command);
        command.SetGuardedAction(
            (result, cancellationToken) => RunAsync(result, node, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult result, NodeOptions options, CancellationToken cancellationToken)
    {
        using var key = KeyFile.Read(result.GetRequiredValue(Key));
        var name = result.GetRequiredValue(Name);
        if (!StreamName.IsValid(name))
            throw ToolException.BadInput($"--name: '{name}' cannot name a stream");
        await using var source = await Sources.OpenAsync(
            result.GetRequiredValue(Source), result.GetValue(Origin), cancellationToken);
        await using var node =
            await options.StartAsync(result, beyondHere: false, cancellationToken);
        await using var published = await node.Node.PublishAsync(
            source, new PublishOptions
            {
                Key = key,
                Name = name,
                Secret = result.GetValue(Private) ? key.SecretFor(name) : null,
                ServeMedia = true,
            }, cancellationToken);

        Console.WriteLine(published.Link);
        await Console.Out.FlushAsync(cancellationToken);
        Console.Error.WriteLine($"publishing '{name}' at {node.Node.EndPoint}; Ctrl+C ends");
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return ExitCode.Success;
    }
}
