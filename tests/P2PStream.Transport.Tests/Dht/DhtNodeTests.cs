using System.Diagnostics;
using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>DHT nodes over real UDP on loopback.</summary>
public sealed class DhtNodeTests
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);

    [Fact(Timeout = Limit)]
    public async Task Ten_nodes_join_announce_and_find_each_other()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = await DhtNetwork.StartAsync(10, cancellation);
        for (var i = 1; i < network.Nodes.Count; i++)
        {
            var port = (ushort)(7000 + i);
            var stored = await network.Nodes[i].AnnounceAsync(Key, port, cancellation);
            // The eight nearest, and the four nearest of each path: here all others at most.
            Assert.InRange(stored, 1, 9);
        }

        foreach (var node in network.Nodes)
        {
            var peers = await FindAsync(node, Key, cancellation);
            Assert.Equal(
                Enumerable.Range(7001, 9), peers.Select(peer => peer.Port).Order());
            Assert.True(node.RoutingTableSize >= 8, $"{node.RoutingTableSize} nodes known");
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Who_is_kept_announced_is_found_until_it_is_cancelled()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = await DhtNetwork.StartAsync(4, cancellation);
        var stored = new TaskCompletionSource<int>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var keeping = network.Nodes[1].KeepAnnouncedAsync(
            Key, 7001, count => stored.TrySetResult(count), end.Token);

        Assert.Equal(3, await stored.Task.WaitAsync(cancellation));
        Assert.Equal(7001, Assert.Single(await FindAsync(network.Nodes[2], Key, cancellation)).Port);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keeping);
    }

    [Fact(Timeout = Limit)]
    public async Task A_lookup_among_few_nodes_waits_for_no_timeout()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = await DhtNetwork.StartAsync(3, cancellation);
        await network.Nodes[1].AnnounceAsync(Key, 7001, cancellation);
        var clock = Stopwatch.StartNew();
        var peers = await FindAsync(network.Nodes[2], Key, cancellation);
        Assert.Equal(7001, Assert.Single(peers).Port);
        // The first time-out is 1 s; a busy machine gets the rest.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(0.9), $"took {clock.Elapsed}");
    }

    [Fact(Timeout = Limit)]
    public async Task A_node_is_found_where_the_first_has_gone()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = await DhtNetwork.StartAsync(6, cancellation);
        await network.Nodes[0].DisposeAsync();
        await network.Nodes[2].AnnounceAsync(Key, 7002, cancellation);
        await using var late = DhtNetwork.NewNode();
        await late.StartAsync([network.Nodes[4].LocalEndPoint], cancellation);
        var first = await FirstAsync(late, Key, cancellation);
        Assert.Equal(7002, first.Port);
    }

    [Fact(Timeout = Limit)]
    public async Task Joining_goes_on_until_the_contact_is_up()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var reserved = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var place = reserved.LocalEndPoint;
        await using var early = DhtNetwork.NewNode();
        await early.StartAsync([place], cancellation);
        var joined = early.BootstrapAsync(cancellation);
        Assert.False(joined.IsCompleted);
        // Same port, and nobody read what came before.
        await using var first = new DhtNode(reserved, new DhtNodeOptions(), TimeProvider.System);
        await first.StartAsync([], cancellation);
        Assert.True(await joined);
        Assert.Equal(1, early.RoutingTableSize);
    }

    [Fact(Timeout = Limit)]
    public async Task A_node_without_contacts_says_so_and_answers_itself()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var alone = DhtNetwork.NewNode();
        await alone.StartAsync([], cancellation);
        Assert.False(await alone.BootstrapAsync(cancellation));
        Assert.Equal(0, await alone.AnnounceAsync(Key, 7000, cancellation));
        Assert.Empty(await FindAsync(alone, Key, cancellation));
    }

    [Fact(Timeout = Limit)]
    public async Task A_cancelled_search_ends_at_once()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var silent = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var node = DhtNetwork.NewNode();
        await node.StartAsync([silent.LocalEndPoint], cancellation);
        using var cancel = new CancellationTokenSource();
        var search = node.AnnounceAsync(Key, 1, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
    }

    [Fact(Timeout = Limit)]
    public async Task Disposal_ends_what_waits()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var silent = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var node = DhtNetwork.NewNode();
        await node.StartAsync([silent.LocalEndPoint], cancellation);
        var search = node.AnnounceAsync(Key, 1, cancellation);
        await node.DisposeAsync();
        await node.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => search);
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => node.AnnounceAsync(Key, 1, cancellation));
    }

    private static async Task<List<IPEndPoint>> FindAsync(
        DhtNode node, InfoHash key, CancellationToken cancellation)
    {
        List<IPEndPoint> peers = [];
        await foreach (var peer in node.GetPeersAsync(key, cancellation)) peers.Add(peer);
        return peers;
    }

    private static async Task<IPEndPoint> FirstAsync(
        DhtNode node, InfoHash key, CancellationToken cancellation)
    {
        await foreach (var peer in node.GetPeersAsync(key, cancellation)) return peer;
        throw new InvalidOperationException("No peer was found.");
    }
}
