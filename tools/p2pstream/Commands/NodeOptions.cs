using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using P2PStream.Protocol;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Commands;

/// <summary>The options every command with a node has: where it listens, and whom it asks
/// first.</summary>
/// <param name="usualListen">For people: where it listens when not told.</param>
/// <param name="usualBootstrap">For people: whom it asks when not told.</param>
internal sealed class NodeOptions(string usualListen, string usualBootstrap)
{
    /// <summary>A DHT node that is up answers within two round trips.</summary>
    private static readonly TimeSpan JoinPatience = TimeSpan.FromSeconds(10);

    public Option<string?> Listen { get; } = new("--listen")
    {
        Description =
            $"Address and port for TCP and UDP; port 0 takes a free one. Without it {usualListen}.",
        HelpName = "HOST:PORT",
    };

    public Option<string?> ListenIPv6 { get; } = new("--listen-ipv6")
    {
        Description = "An IPv6 address to listen on as well, at the same port as --listen's of IPv4.",
        HelpName = "ADDRESS",
    };

    public Option<string[]> Bootstrap { get; } = new("--bootstrap")
    {
        Description =
            "A DHT node to start from, which has to answer; may be given several times. "
            + $"Without it {usualBootstrap}.",
        HelpName = "HOST:PORT",
    };

    private LimitOptions Limits { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(Listen);
        command.Add(ListenIPv6);
        command.Add(Bootstrap);
        Limits.AddTo(command);
    }

    /// <summary>Starts a node as asked; with DHT nodes to start from, one of them has to
    /// answer.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="beyondHere">Without <see cref="Listen"/>: on every address instead of loopback
    /// only.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="ahead">Media fetched beyond the playhead; null where nothing is
    /// watched.</param>
    /// <param name="store">Makes a watched stream's block store; null for memory only.</param>
    /// <param name="patience">Waits no longer for a DHT node to answer; null for as long as is
    /// usual.</param>
    public async Task<ToolNode> StartAsync(
        ParseResult result, bool beyondHere, CancellationToken cancellationToken,
        TimeSpan? ahead = null, Func<StreamId, IBlockStore>? store = null,
        TimeSpan? patience = null)
    {
        var listen = await ReadListenAsync(result, beyondHere, cancellationToken);
        var listenIPv6 = ReadListenIPv6(result, listen);
        using var limit = new TimeLimit(
            patience < JoinPatience ? patience.Value : JoinPatience, cancellationToken);
        var bootstrap = await ReadBootstrapAsync(result, limit);
        var limits = Limits.Read(result);
        var node = await StartAsync(
            listen, listenIPv6, bootstrap, ahead, store, limits, cancellationToken);
        try
        {
            if (bootstrap.Count > 0) await JoinAsync(node.Node, bootstrap, limit);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    private async Task<ToolNode> StartAsync(
        IPEndPoint listen, IPAddress? listenIPv6, IReadOnlyList<string> bootstrap, TimeSpan? ahead,
        Func<StreamId, IBlockStore>? store, RateLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            return await ToolNode.StartAsync(
                listen, bootstrap, cancellationToken, ahead, store, limits, listenIPv6);
        }
        catch (IOException exception)
            when (Failure.OfListening(exception, listenIPv6 is null
                ? $"{Listen.Name} {listen}"
                : $"{Listen.Name} {listen}, {ListenIPv6.Name} {listenIPv6}") is { } refusal)
        {
            throw refusal;
        }
    }

    private async Task JoinAsync(
        StreamNode node, IReadOnlyList<string> bootstrap, TimeLimit limit)
    {
        var asked = string.Join(", ", bootstrap);
        Console.Error.WriteLine($"asking {asked} for DHT nodes…");
        var problem = $"{Bootstrap.Name}: no DHT node answers at {asked}";
        if (node.Dht is { } dht && await limit.RunAsync(dht.BootstrapAsync, problem)) return;
        throw ToolException.Failed(problem);
    }

    private async Task<IReadOnlyList<string>> ReadBootstrapAsync(ParseResult result, TimeLimit limit)
    {
        var nodes = new List<string>();
        foreach (var text in result.GetValue(Bootstrap) ?? [])
        {
            var address = AddressArgument.Parse(text, Bootstrap.Name);
            await address.ResolveAsync(Bootstrap.Name, limit);
            nodes.Add(address.ToString());
        }

        return nodes;
    }

    private async Task<IPEndPoint> ReadListenAsync(
        ParseResult result, bool beyondHere, CancellationToken cancellationToken) =>
        result.GetValue(Listen) is { } text
            ? await AddressArgument.Parse(text, Listen.Name).ResolveAsync(
                Listen.Name, cancellationToken)
            : new IPEndPoint(beyondHere ? IPAddress.Any : IPAddress.Loopback, 0);

    private IPAddress? ReadListenIPv6(ParseResult result, IPEndPoint listen)
    {
        if (result.GetValue(ListenIPv6) is not { } text) return null;
        // In brackets it would be read, and a port after them lost.
        if (text.StartsWith('[') || !IPAddress.TryParse(text, out var address)
            || address.AddressFamily != AddressFamily.InterNetworkV6)
            throw ToolException.BadInput($"{ListenIPv6.Name}: '{text}' is no IPv6 address");
        if (listen.AddressFamily != AddressFamily.InterNetwork)
            throw ToolException.BadInput($"{ListenIPv6.Name}: {Listen.Name} is of IPv6 already");
        return address;
    }
}
