using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using P2PStream.Tool.Input;
using P2PStream.Transport;

namespace P2PStream.Tool.Commands;

/// <summary>What to ask of a node that has joined; returns an <see cref="ExitCode"/>.</summary>
internal delegate Task<int> DhtQuestion(DhtNode node, CancellationToken cancellationToken);

/// <summary>What the commands that ask a DHT have in common: whom they start from, and how long they
/// try. The node that asks is read-only (BEP 43): others do not count on it.</summary>
/// <param name="lookup">Finds the addresses of a host; null for the system's way.</param>
internal sealed class DhtOptions(HostLookup? lookup = null)
{
    private const double LongestSeconds = 600;

    private readonly Option<double> _timeout = new("--timeout")
    {
        Description = "Gives up after so many seconds, up to 600.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 15,
    };

    /// <summary>Whom to start from.</summary>
    public Option<string[]> Bootstrap { get; } = new("--bootstrap")
    {
        Description = "A DHT node to start from; may be given several times.",
        HelpName = "HOST:PORT",
        Required = true,
    };

    /// <summary>A command that joins and asks.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">For its help.</param>
    /// <param name="symbols">Its arguments and options beside those that all have.</param>
    /// <param name="read">Reads and checks them, before anybody is asked.</param>
    public Command Command(string name, string description, IReadOnlyList<Symbol> symbols,
        Func<ParseResult, DhtQuestion> read) =>
        Command(name, description, [.. symbols, Bootstrap], async (result, cancellationToken) =>
            await RunAsync(result, read(result), cancellationToken));

    /// <summary>A command that names the node to be asked itself, or has more to read.</summary>
    public Command Command(string name, string description, IReadOnlyList<Symbol> symbols,
        Func<ParseResult, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols.Append(_timeout))
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }

        command.SetGuardedAction(action);
        return command;
    }

    /// <summary>Joins, and asks within the time there is.</summary>
    public async Task<int> RunAsync(
        ParseResult result, DhtQuestion question, CancellationToken cancellationToken)
    {
        using var limit = Limit(result, cancellationToken);
        var nodes = new List<IPEndPoint>();
        foreach (var text in result.GetRequiredValue(Bootstrap))
            nodes.Add(await ResolveAsync(text, Bootstrap.Name, limit));
        await using var node = NewNode(nodes);
        await node.StartAsync(nodes, cancellationToken);
        var problem = $"{Bootstrap.Name}: no DHT node answers at {string.Join(", ", nodes)}";
        if (!await limit.RunAsync(node.BootstrapAsync, problem)) throw ToolException.Failed(problem);
        return await limit.RunAsync(
            token => question(node, token), $"{_timeout.Name}: not done");
    }

    /// <summary>Asks one node, without joining.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="text">Which, as a user wrote it.</param>
    /// <param name="argument">Where.</param>
    /// <param name="question">Asks it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<int> RunAsync(ParseResult result, string text, string argument,
        Func<DhtNode, IPEndPoint, CancellationToken, Task<int>> question,
        CancellationToken cancellationToken)
    {
        using var limit = Limit(result, cancellationToken);
        var place = await ResolveAsync(text, argument, limit);
        await using var node = NewNode([place]);
        await node.StartAsync([], cancellationToken);
        return await limit.RunAsync(
            token => question(node, place, token), $"no DHT node answers at {place}");
    }

    private async Task<IPEndPoint> ResolveAsync(string text, string option, TimeLimit limit)
    {
        var address = AddressArgument.Parse(text, option);
        if (address.Port == 0) throw ToolException.BadInput($"{option}: nobody answers at port 0");
        return await address.ResolveAsync(option, limit, lookup);
    }

    private TimeLimit Limit(ParseResult result, CancellationToken cancellationToken) =>
        result.GetValue(_timeout) is var seconds and > 0 and <= LongestSeconds
            ? new TimeLimit(TimeSpan.FromSeconds(seconds), cancellationToken)
            : throw ToolException.BadInput($"{_timeout.Name}: above 0, and 600 at most");

    /// <param name="nodes">Who is going to be asked.</param>
    private static DhtNode NewNode(IReadOnlyList<IPEndPoint> nodes) => new(
        Sockets(nodes), new DhtNodeOptions { Kademlia = new() { IsReadOnly = true } },
        TimeProvider.System);

    /// <summary>One of each family that is asked; on loopback when nobody lives elsewhere.</summary>
    private static List<IDatagramSocket> Sockets(IReadOnlyList<IPEndPoint> nodes)
    {
        var sockets = new List<IDatagramSocket>();
        foreach (var family in nodes.GroupBy(node => node.AddressFamily))
        {
            var isFour = family.Key == AddressFamily.InterNetwork;
            var address = family.All(node => IPAddress.IsLoopback(node.Address))
                ? (isFour ? IPAddress.Loopback : IPAddress.IPv6Loopback)
                : (isFour ? IPAddress.Any : IPAddress.IPv6Any);
            sockets.Add(UdpDatagramSocket.Bind(new IPEndPoint(address, 0)));
        }

        return sockets;
    }
}
