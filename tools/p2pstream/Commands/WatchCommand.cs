using System.CommandLine;
using System.Globalization;
using System.Net;
using P2PStream.Http;
using P2PStream.Protocol;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Commands;

/// <summary><c>watch LINK</c>: through the local gateway for a player, into a file, or
/// both.</summary>
internal static class WatchCommand
{
    private static readonly Argument<string> Link = new("LINK")
    {
        Description = "What the publisher handed out: p2pstream:…",
    };

    private static readonly Option<string?> Http = new("--http")
    {
        Description = "Serves playlist, media and a page here, and prints the playlist's URL.",
        HelpName = "127.0.0.1:PORT",
    };

    private static readonly Option<string?> Output = new("--output")
    {
        Description =
            "Writes the media in play order, '-' to standard output, and ends when it is complete. "
            + "Of an HLS stream that is the best picture: sound that is a track of its own is left "
            + "out, and --http plays both.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Force = new("--force")
    {
        Description = "Lets --output overwrite a file that exists.",
    };

    private static readonly Option<double> Patience = new("--timeout")
    {
        Description =
            "Gives up when nobody has had anything, or no --bootstrap has answered, for so long.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 30,
    };

    private static readonly Option<string?> Store = new("--store")
    {
        Description =
            "Keeps verified media in this folder, which is made where it is missing, to be read "
            + "again and served after a restart. SIZE, for each stream, is a whole number of K, M, "
            + "G or T, as in cache:20G; 4G without one.",
        HelpName = "FOLDER[:SIZE]",
    };

    // Long enough to outlast a lost peer or a change of networks, short enough that a viewer who
    // leaves has cost the others half a minute and no more.
    private static readonly AheadOption Ahead = new(usualSeconds: 30);

    public static Command Create()
    {
        var node = new NodeOptions(
            "a free port of every address, or of 127.0.0.1 when the link names nobody elsewhere",
            "those that the link names");
        var command = new Command("watch", "Watches a stream: with any player, or into a file.")
        {
            Link, Http, Output, Force, Patience, Store,
        };
        Ahead.AddTo(command);
        node.AddTo(command);
        command.SetGuardedAction(
            (result, cancellationToken) => RunAsync(result, node, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult result, NodeOptions options, CancellationToken cancellationToken)
    {
        var link = Links.Parse(result.GetRequiredValue(Link));
        var output = result.GetValue(Output);
        var http = await ReadHttpAsync(result, cancellationToken);
        var patience = ReadPatience(result);
        var ahead = Ahead.Read(result);
        var store = result.GetValue(Store) is { } text
            ? StoreArgument.Parse(text, Store.Name)
            : null;
        if (output is null && http is null)
            throw ToolException.BadInput("watch needs --http HOST:PORT, --output FILE, or both");
        if (output == MediaOutput.StandardOutputSign && http is not null)
            throw ToolException.BadInput("--http and --output - both want standard output");

        if (http is not null) FreePort.RefuseUnlessFree(http, Http.Name);
        await using var media =
            output is null ? null : MediaOutput.Open(output, result.GetValue(Force));
        await using var node = await options.StartAsync(
            result, beyondHere: !link.IsLocal(), cancellationToken, ahead,
            store is null ? null : stream => store.Open(stream, Store.Name), patience);
        await using var watched =
            await node.Node.WatchAsync(link, new WatchOptions(), cancellationToken);
        var watchdog = new Watchdog(watched, patience);
        Console.Error.WriteLine($"looking for viewers of {link.Name}…");
        await watchdog.WaitForCatalogAsync(cancellationToken);
        await using var gateway = http is null
            ? null
            : await StartGatewayAsync(watched, http, cancellationToken);

        if (media is null) await Task.Delay(Timeout.Infinite, cancellationToken);
        else await WriteAsync(watched, media, watchdog, cancellationToken);
        return ExitCode.Success;
    }

    private static async Task WriteAsync(
        WatchedStream watched, MediaOutput media, Watchdog watchdog,
        CancellationToken cancellationToken)
    {
        // The player writes the first of those that belong together.
        if (TrackChoice.BestOfEach(watched.Catalog).Count > 1)
        {
            Console.Error.WriteLine(
                "the sound is a track of its own and is not in this file: --http plays both");
        }

        try
        {
            await watchdog.PlayAsync(new PipePlayer(media.Stream), cancellationToken);
        }
        catch (IOException exception) when (StandardOutput.IsClosed(exception))
        {
            throw ToolException.Failed(
                "standard output was closed by its reader; the stream is incomplete");
        }

        await media.CommitAsync(cancellationToken);
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"wrote {media.Name}: {media.Bytes} bytes, {Share(watched.Statistics)}"));
    }

    /// <summary>For people, beginning in the middle of a sentence.</summary>
    private static string Share(SwarmStatistics statistics) => statistics.BytesDelivered == 0
        ? "nothing had to be fetched"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * statistics.Offload:0.#} % of it from other viewers");

    private static async Task<GatewayServer> StartGatewayAsync(
        WatchedStream watched, IPEndPoint listen, CancellationToken cancellationToken)
    {
        GatewayServer gateway;
        try
        {
            gateway = await GatewayServer.StartAsync(
                watched, new GatewayOptions { Listen = listen }, cancellationToken);
        }
        catch (IOException exception)
            when (Failure.OfListening(exception, $"{Http.Name} {listen}") is { } refusal)
        {
            throw refusal;
        }

        Console.WriteLine(
            watched.Catalog.Kind == StreamKind.File ? gateway.FileUri : gateway.PlaylistUri);
        await Console.Out.FlushAsync(cancellationToken);
        Console.Error.WriteLine($"page: {gateway.PageUri}");
        return gateway;
    }

    private static async Task<IPEndPoint?> ReadHttpAsync(
        ParseResult result, CancellationToken cancellationToken) =>
        result.GetValue(Http) is { } text
            ? await AddressArgument.Parse(text, Http.Name).ResolveAsync(
                Http.Name, cancellationToken)
            : null;

    private static TimeSpan ReadPatience(ParseResult result)
    {
        var seconds = result.GetValue(Patience);
        return seconds is > 0 and <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw ToolException.BadInput("--timeout: above 0 and at most a day");
    }
}
