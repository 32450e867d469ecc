using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Our nodes and libtorrent's in one network.</summary>
public sealed class LibtorrentTests : IDisposable
{
    private static readonly InfoHash Key = InfoHash.FromStream("shared with libtorrent"u8);

    /// <summary>Somebody else's program that says nothing must fail a test, not hold up the run.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _limit =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public LibtorrentTests() => _limit.CancelAfter(Limit);

    private CancellationToken Cancellation => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task We_join_through_libtorrent_and_find_whom_it_announced()
    {
        await using var libtorrent = await LibtorrentPeer.StartOrSkipAsync(Cancellation);
        await using var first = DhtNetwork.NewNode();
        await first.StartAsync([libtorrent.EndPoint], Cancellation);
        Assert.True(await first.BootstrapAsync(Cancellation));
        await libtorrent.AddNodeAsync(first.LocalEndPoint);
        await libtorrent.AnnounceAsync(Key);
        await using var second = DhtNetwork.NewNode();
        await second.StartAsync([libtorrent.EndPoint], Cancellation);
        // libtorrent takes its time to announce; the other node has it as soon as that is done.
        var peers = await FindAsync(second);
        Assert.Equal(libtorrent.EndPoint.Port, Assert.Single(peers).Port);
        Assert.Equal(2, second.RoutingTableSize);
    }

    [Fact]
    public async Task Libtorrent_stores_what_we_announce_and_finds_it()
    {
        await using var libtorrent = await LibtorrentPeer.StartOrSkipAsync(Cancellation);
        await using var publisher = DhtNetwork.NewNode();
        await publisher.StartAsync([libtorrent.EndPoint], Cancellation);
        Assert.True(await publisher.BootstrapAsync(Cancellation));
        Assert.Equal(1, await publisher.AnnounceAsync(Key, 4711, Cancellation));
        // The publisher is gone: only libtorrent knows now.
        await publisher.DisposeAsync();
        await using var viewer = DhtNetwork.NewNode();
        await viewer.StartAsync([libtorrent.EndPoint], Cancellation);
        var peer = Assert.Single(await FindAsync(viewer));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 4711), peer);
    }

    [Fact]
    public async Task Libtorrent_finds_what_is_stored_with_us()
    {
        await using var libtorrent = await LibtorrentPeer.StartOrSkipAsync(Cancellation);
        await using var network = await DhtNetwork.StartAsync(4, Cancellation);
        Assert.Equal(3, await network.Nodes[1].AnnounceAsync(Key, 4712, Cancellation));
        await libtorrent.AddNodeAsync(network.Nodes[0].LocalEndPoint);
        var peers = await libtorrent.GetPeersAsync(Key, Cancellation);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 4712), Assert.Single(peers));
    }

    private async Task<List<IPEndPoint>> FindAsync(DhtNode node)
    {
        List<IPEndPoint> peers = [];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (peers.Count == 0)
        {
            await foreach (var peer in node.GetPeersAsync(Key, limit.Token)) peers.Add(peer);
            if (peers.Count == 0) await Task.Delay(100, limit.Token);
        }

        return peers;
    }
}
