using System.Net;
using System.Net.Sockets;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>A node that listens in IPv4 and IPv6 is one node to both.</summary>
public sealed class DualStackTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Loopbacks => ["127.0.0.1", "::1"];

    [Fact]
    public async Task It_listens_on_one_port_number_and_its_link_names_both_addresses()
    {
        await using var publisher = await StartAsync(DualStack());
        await using var published = await Nodes.PublishAsync(publisher, Source());

        var port = publisher.EndPoint.Port;
        string[] both = [$"127.0.0.1:{port}", $"[::1]:{port}"];
        Assert.Equal(both, publisher.DialAddresses);
        Assert.Equal(both, published.Link.Peers);
        Assert.Equal(both, published.Link.Bootstrap);
    }

    [Theory]
    [MemberData(nameof(Loopbacks))]
    public async Task Viewers_of_either_family_link_to_it(string family)
    {
        var source = Source();
        await using var publisher = await StartAsync(DualStack());
        await using var viewer = await StartAsync(OneFamily(family));
        await using var published = await Nodes.PublishAsync(publisher, source);
        var link = published.Link with { Bootstrap = [] };

        await using var watched = await viewer.WatchAsync(link, null, Cancelled);

        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(watched));
    }

    [Theory]
    [MemberData(nameof(Loopbacks))]
    public async Task Viewers_of_either_family_find_it_by_their_own_DHT(string family)
    {
        var source = Source();
        await using var dht = await StartDhtAsync(family);
        var options = DualStack();
        options.Bootstrap.Add(dht.LocalEndPoint.ToString());
        await using var publisher = await StartAsync(options);
        await using var published = await Nodes.PublishAsync(publisher, source);
        var viewerOptions = OneFamily(family);
        viewerOptions.Bootstrap.Add(dht.LocalEndPoint.ToString());
        await using var viewer = await StartAsync(viewerOptions);
        var link = new StreamLink { Key = published.Link.Key, Name = published.Link.Name };

        await using var watched = await viewer.WatchAsync(link, null, Cancelled);

        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(watched));
    }

    [Fact]
    public async Task A_second_address_has_to_be_of_the_other_family()
    {
        var options = new StreamNodeOptions { ListenIPv6 = IPAddress.Loopback };
        var refusal = await Assert.ThrowsAsync<ArgumentException>(
            () => StreamNode.StartAsync(options, Cancelled));
        Assert.Contains("ListenIPv6", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_second_address_is_told_and_the_first_is_free_again()
    {
        Require();
        using var taken = new Socket(
            AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var options = DualStack();
        // An address of nobody else's, so that the port is free there, where there is one.
        var address = OperatingSystem.IsLinux() ? IPAddress.Parse("127.0.77.1") : IPAddress.Loopback;
        options.Listen = new IPEndPoint(address, port);

        var refusal = await Assert.ThrowsAsync<LinkException>(
            () => StreamNode.StartAsync(options, Cancelled));

        Assert.Contains($"Port {port} is in use at ::1.", refusal.Message, StringComparison.Ordinal);
        options.ListenIPv6 = null;
        await using var alone = await StartAsync(options);
        Assert.Equal(port, alone.EndPoint.Port);
    }

    private static void Require() =>
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");

    private static GeneratedSource Source() => new(2, 100_000, TimeSpan.FromSeconds(2));

    private static StreamNodeOptions DualStack()
    {
        Require();
        return new StreamNodeOptions { ListenIPv6 = IPAddress.IPv6Loopback };
    }

    private static StreamNodeOptions OneFamily(string address)
    {
        Require();
        return new StreamNodeOptions { Listen = new IPEndPoint(IPAddress.Parse(address), 0) };
    }

    private static Task<StreamNode> StartAsync(StreamNodeOptions options) =>
        StreamNode.StartAsync(options, Cancelled);

    private static async Task<DhtNode> StartDhtAsync(string address)
    {
        Require();
        var node = new DhtNode(
            UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Parse(address), 0)),
            new DhtNodeOptions(), TimeProvider.System);
        await node.StartAsync([], Cancelled);
        return node;
    }
}
