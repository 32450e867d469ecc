using System.Diagnostics;
using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>DHT nodes over real UDP on loopback.</summary>
public sealed class DhtNodeTests
{
    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_nodes_join_announce_and_find_each_other()
    {
        await using var network = await DhtNetwork.StartAsync(10, Cancellation);
        for (var i = 1; i < network.Nodes.Count; i++)
        {
            var port = (ushort)(7000 + i);
            var stored = await network.Nodes[i].AnnounceAsync(Key, port, Cancellation);
            Assert.InRange(stored, 1, 8);
        }

        foreach (var node in network.Nodes)
        {
            var peers = await FindAsync(node, Key);
            Assert.Equal(
                Enumerable.Range(7001, 9), peers.Select(peer => peer.Port).Order());
            Assert.True(node.RoutingTableSize >= 8, $"{node.RoutingTableSize} nodes known");
        }
    }

    [Fact]
    public async Task A_lookup_among_few_nodes_waits_for_no_timeout()
    {
        await using var network = await DhtNetwork.StartAsync(3, Cancellation);
        await network.Nodes[1].AnnounceAsync(Key, 7001, Cancellation);
        var clock = Stopwatch.StartNew();
        var peers = await FindAsync(network.Nodes[2], Key);
        Assert.Equal(7001, Assert.Single(peers).Port);
        // The first time-out is 1 s; a busy machine gets the rest.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(0.9), $"took {clock.Elapsed}");
    }

    [Fact]
    public async Task A_node_is_found_where_the_first_has_gone()
    {
        await using var network = await DhtNetwork.StartAsync(6, Cancellation);
        await network.Nodes[0].DisposeAsync();
        await network.Nodes[2].AnnounceAsync(Key, 7002, Cancellation);
        await using var late = DhtNetwork.NewNode();
        await late.StartAsync([network.Nodes[4].LocalEndPoint], Cancellation);
        var first = await FirstAsync(late, Key);
        Assert.Equal(7002, first.Port);
    }

    [Fact]
    public async Task Joining_goes_on_until_the_contact_is_up()
    {
        var reserved = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var place = reserved.LocalEndPoint;
        await using var early = DhtNetwork.NewNode();
        await early.StartAsync([place], Cancellation);
        var joined = early.BootstrapAsync(Cancellation);
        Assert.False(joined.IsCompleted);
        // Same port, and nobody read what came before.
        await using var first = new DhtNode(reserved, new DhtNodeOptions(), TimeProvider.System);
        await first.StartAsync([], Cancellation);
        Assert.True(await joined);
        Assert.Equal(1, early.RoutingTableSize);
    }

    [Fact]
    public async Task A_node_without_contacts_says_so_and_answers_itself()
    {
        await using var alone = DhtNetwork.NewNode();
        await alone.StartAsync([], Cancellation);
        Assert.False(await alone.BootstrapAsync(Cancellation));
        Assert.Equal(0, await alone.AnnounceAsync(Key, 7000, Cancellation));
        Assert.Empty(await FindAsync(alone, Key));
    }

    [Fact]
    public async Task A_cancelled_search_ends_at_once()
    {
        await using var silent = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var node = DhtNetwork.NewNode();
        await node.StartAsync([silent.LocalEndPoint], Cancellation);
        using var cancel = new CancellationTokenSource();
        var search = node.AnnounceAsync(Key, 1, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
    }

    [Fact]
    public async Task Disposal_ends_what_waits()
    {
        await using var silent = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var node = DhtNetwork.NewNode();
        await node.StartAsync([silent.LocalEndPoint], Cancellation);
        var search = node.AnnounceAsync(Key, 1, Cancellation);
        await node.DisposeAsync();
        await node.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => search);
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => node.AnnounceAsync(Key, 1, Cancellation));
    }

    private static async Task<List<IPEndPoint>> FindAsync(DhtNode node, InfoHash key)
    {
        List<IPEndPoint> peers = [];
        await foreach (var peer in node.GetPeersAsync(key, Cancellation)) peers.Add(peer);
        return peers;
    }

    private static async Task<IPEndPoint> FirstAsync(DhtNode node, InfoHash key)
    {
        await foreach (var peer in node.GetPeersAsync(key, Cancellation)) return peer;
        throw new InvalidOperationException("No peer was found.");
    }
}
