using System.Net;
using P2PStream.Discovery;
using P2PStream.Transport;

namespace P2PStream.Tool.Tests;

/// <summary><c>p2pstream dht</c> against nodes on loopback.</summary>
public sealed class DhtTests : IAsyncLifetime
{
    private const string Hash = "0123456789abcdef0123456789abcdef01234567";

    private readonly List<DhtNode> _nodes = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Bootstrap => _nodes[0].LocalEndPoint.ToString();

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 4; i++)
        {
            var node = new DhtNode(UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0)),
                new DhtNodeOptions(), TimeProvider.System);
            _nodes.Add(node);
            await node.StartAsync(i == 0 ? [] : [_nodes[0].LocalEndPoint], Cancellation);
            if (i > 0) Assert.True(await node.BootstrapAsync(Cancellation));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Ping_tells_who_is_there()
    {
        var result = await ToolProcess.RunAsync("dht", "ping", Bootstrap);
        Assert.Equal(0, result.ExitCode);
        Assert.Matches($"^{_nodes[0].Id} [0-9.]+ ms\n$", result.OutputText);
    }

    [Fact]
    public async Task Ping_asks_again_when_a_datagram_is_lost()
    {
        var asked = 0;
        await using var node = new ScriptedDhtNode(_ => ++asked > 1);
        var result = await ToolProcess.RunAsync("dht", "ping", node.EndPoint);
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith(ScriptedDhtNode.HexId, result.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_found_is_a_failure_in_one_line()
    {
        // It lets others join, and is silent when it is asked for the nodes near that ID.
        var id = string.Concat(Enumerable.Repeat("78", 20));
        await using var node = new ScriptedDhtNode(
            query => !query.Contains(new string('x', 20), StringComparison.Ordinal));
        var result = await ToolProcess.RunAsync("dht", "find", id, "--bootstrap", node.EndPoint);
        result.AssertOneErrorLine(ExitCode.Failed, $"no node answers near {id}");
    }

    [Fact]
    public async Task Find_tells_the_nearest_first()
    {
        var id = _nodes[2].Id;
        var result =
            await ToolProcess.RunAsync("dht", "find", id.ToString(), "--bootstrap", Bootstrap);
        Assert.Equal(0, result.ExitCode);
        var lines = Lines(result);
        Assert.Equal($"{id} {_nodes[2].LocalEndPoint}", lines[0]);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public async Task Peers_are_printed_one_a_line_and_nothing_else()
    {
        var key = new InfoHash(Convert.FromHexString(Hash));
        await _nodes[1].AnnounceAsync(key, 7001, Cancellation);
        await _nodes[2].AnnounceAsync(key, 7002, Cancellation);
        var result = await ToolProcess.RunAsync("dht", "get_peers", Hash, "--bootstrap", Bootstrap);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["127.0.0.1:7001", "127.0.0.1:7002"], Lines(result).Order());
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task A_streams_link_is_its_info_hash()
    {
        const string Link = "p2pstream:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/x";
        Assert.True(Protocol.StreamLink.TryParse(Link, out var link, out _));
        var key = InfoHash.FromStream(link.StreamId.Value.ToArray());
        await _nodes[1].AnnounceAsync(key, 7001, Cancellation);
        var result = await ToolProcess.RunAsync("dht", "get_peers", Link, "--bootstrap", Bootstrap);
        Assert.Equal(["127.0.0.1:7001"], Lines(result));
    }

    [Fact]
    public async Task Nobody_announced_is_a_failure_in_one_line()
    {
        var result = await ToolProcess.RunAsync("dht", "get_peers", Hash, "--bootstrap", Bootstrap);
        result.AssertOneErrorLine(ExitCode.Failed, $"nobody is announced under {Hash}");
    }

    [Fact]
    public async Task What_is_put_is_got()
    {
        var put = await ToolProcess.RunAsync(
            "dht", "put", "Hello World!", "--bootstrap", Bootstrap);
        // The test vector of BEP 44.
        Assert.Equal(["e5f96f6f38320f0f33959cb4d3d656452117aadb"], Lines(put));
        var got = await ToolProcess.RunAsync("dht", "get", Lines(put)[0], "--bootstrap", Bootstrap);
        Assert.Equal((0, "Hello World!"), (got.ExitCode, got.OutputText));
        var bencoded = await ToolProcess.RunAsync(
            "dht", "get", Lines(put)[0], "--bencoded", "--bootstrap", Bootstrap);
        Assert.Equal("12:Hello World!", bencoded.OutputText);
    }

    [Fact]
    public async Task A_mutable_item_has_a_key_a_salt_and_versions()
    {
        using var folder = new TemporaryFolder();
        var made = await ToolProcess.RunAsync("keygen", "--out", folder["my.key"]);
        Assert.Equal(0, made.ExitCode);
        var first = await PutAsync("one");
        Assert.Contains("version 1", first.Errors, StringComparison.Ordinal);
        var second = await PutAsync("two", "--cas", "1");
        Assert.Equal(Lines(first), Lines(second));
        var wrong = await PutAsync("three", "--cas", "1");
        wrong.AssertOneErrorLine(ExitCode.Failed, "keep another version");
        var old = await PutAsync("four", "--seq", "1");
        old.AssertOneErrorLine(ExitCode.Failed, "version 2 is newer");
        var got = await ToolProcess.RunAsync(
            "dht", "get", Lines(first)[0], "--salt", "s", "--bootstrap", Bootstrap);
        Assert.Equal("two", got.OutputText);
        Assert.Equal("version 2\n", got.Errors);
        // The key as keygen prints it, and links have it.
        var letters = Lines(made)[^1].Split(' ')[^1];
        var byKey = await ToolProcess.RunAsync(
            "dht", "get", letters, "--salt", "s", "--bootstrap", Bootstrap);
        Assert.Equal("two", byKey.OutputText);

        Task<ToolResult> PutAsync(string text, params string[] more) => ToolProcess.RunAsync(
            ["dht", "put", text, "--key", folder["my.key"], "--salt", "s", "--bootstrap", Bootstrap,
                .. more]);
    }

    [Fact]
    public async Task Stats_are_a_name_and_a_figure_a_line()
    {
        var result = await ToolProcess.RunAsync("dht", "stats", "--bootstrap", Bootstrap);
        Assert.Equal(0, result.ExitCode);
        var figures = Lines(result).ToDictionary(line => line.Split(": ")[0], line => line.Split(": ")[1]);
        Assert.Equal("4", figures["nodes known"]);
        Assert.NotEqual("0", figures["queries answered"]);
    }

    private static string[] Lines(ToolResult result) =>
        result.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
