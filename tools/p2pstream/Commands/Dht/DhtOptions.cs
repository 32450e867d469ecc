using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using P2PStream.Tool.Input;
using P2PStream.Transport;

namespace P2PStream.Tool.Commands;

/// <summary>What the commands that ask a DHT have in common: whom they start from, and how long they
/// try. The node that asks is read-only (BEP 43): others do not count on it.</summary>
internal sealed class DhtOptions
{
    private const double LongestSeconds = 600;

    private readonly Option<string[]> _bootstrap = new("--bootstrap")
    {
        Description = "A DHT node to start from; may be given several times.",
        HelpName = "HOST:PORT",
        Required = true,
    };

    private readonly Option<double> _timeout = new("--timeout")
    {
        Description = "Gives up after so many seconds, up to 600.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 15,
    };

    /// <param name="command">Gets the options.</param>
    /// <param name="joins">False for a command that names its node itself.</param>
    public void AddTo(Command command, bool joins = true)
    {
        if (joins) command.Add(_bootstrap);
        command.Add(_timeout);
    }

    /// <summary>Joins, and runs something within the time there is.</summary>
    public async Task<int> RunAsync(ParseResult result,
        Func<DhtNode, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        var nodes = new List<IPEndPoint>();
        foreach (var text in result.GetRequiredValue(_bootstrap))
            nodes.Add(await ParseAsync(text, _bootstrap.Name, cancellationToken));
        return await RunAsync(result, nodes, async (node, limit) =>
        {
            var isJoined = false;
            try
            {
                isJoined = await node.BootstrapAsync(limit);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Told below.
            }

            if (isJoined) return await action(node, limit);
            throw ToolException.BadInput(string.Create(CultureInfo.InvariantCulture,
                $"{_bootstrap.Name}: no DHT node answers at {string.Join(", ", nodes)} in {Seconds(result)} s"));
        }, cancellationToken);
    }

    /// <summary>Runs something within the time there is.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="nodes">Who is going to be asked.</param>
    /// <param name="action">What to do.</param>
    /// <param name="cancellationToken">Ends it before.</param>
    public async Task<int> RunAsync(ParseResult result, IReadOnlyList<IPEndPoint> nodes,
        Func<DhtNode, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        var seconds = Seconds(result);
        await using var node = new DhtNode(
            Sockets(nodes),
            new DhtNodeOptions { Kademlia = new() { IsReadOnly = true } }, TimeProvider.System);
        await node.StartAsync(nodes, cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            return await action(node, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ToolException.Failed(string.Create(
                CultureInfo.InvariantCulture, $"not done in {seconds} s; see --timeout"));
        }
    }

    public static async Task<IPEndPoint> ParseAsync(
        string text, string option, CancellationToken cancellationToken)
    {
        var endPoint =
            await AddressArgument.Parse(text, option).ResolveAsync(option, cancellationToken);
        return endPoint.Port == 0
            ? throw ToolException.BadInput($"{option}: nobody answers at port 0")
            : endPoint;
    }

    private double Seconds(ParseResult result) =>
        result.GetValue(_timeout) is var seconds and > 0 and <= LongestSeconds
            ? seconds
            : throw ToolException.BadInput($"{_timeout.Name}: above 0, and 600 at most");

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
