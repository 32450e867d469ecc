using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Our nodes and others' in one network, each side in each part.</summary>
public sealed class ForeignDhtTests : IDisposable
{
    private static readonly InfoHash Key = InfoHash.FromStream("shared with others"u8);

    /// <summary>Others' programs that say nothing must fail a test, not hold up the run.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _limit =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public ForeignDhtTests() => _limit.CancelAfter(Limit);

    private CancellationToken Cancellation => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Theory]
    [InlineData(ForeignSoftware.Libtorrent)]
    [InlineData(ForeignSoftware.BittorrentDht)]
    public async Task We_join_through_it_and_find_whom_it_announced(ForeignSoftware software)
    {
        await using var theirs = await StartAsync(software);
        await using var first = DhtNetwork.NewNode();
        await first.StartAsync([theirs.EndPoints[0]], Cancellation);
        Assert.True(await first.BootstrapAsync(Cancellation));
        await theirs.AddNodeAsync(0, first.LocalEndPoint, Cancellation);
        await theirs.AnnounceAsync(0, Key, theirs.EndPoints[0].Port, Cancellation);
        await using var second = DhtNetwork.NewNode();
        await second.StartAsync([theirs.EndPoints[0]], Cancellation);
        // libtorrent takes its time to announce; the other node has it as soon as that is done.
        var peers = await FindAsync(second);
        Assert.Equal(theirs.EndPoints[0].Port, Assert.Single(peers).Port);
    }

    [Theory]
    [InlineData(ForeignSoftware.Libtorrent)]
    [InlineData(ForeignSoftware.BittorrentDht)]
    public async Task It_stores_what_we_announce_and_tells_it(ForeignSoftware software)
    {
        await using var theirs = await StartAsync(software);
        await using (var publisher = DhtNetwork.NewNode())
        {
            await publisher.StartAsync([theirs.EndPoints[0]], Cancellation);
            Assert.True(await publisher.BootstrapAsync(Cancellation));
            Assert.Equal(1, await publisher.AnnounceAsync(Key, 4711, Cancellation));
        }

        // The publisher is gone: only the other's node knows now.
        await using var viewer = DhtNetwork.NewNode();
        await viewer.StartAsync([theirs.EndPoints[0]], Cancellation);
        var peer = Assert.Single(await FindAsync(viewer));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 4711), peer);
    }

    [Theory]
    [InlineData(ForeignSoftware.Libtorrent)]
    [InlineData(ForeignSoftware.BittorrentDht)]
    public async Task It_finds_what_is_stored_with_us(ForeignSoftware software)
    {
        await using var theirs = await StartAsync(software);
        await using var network = await DhtNetwork.StartAsync(4, Cancellation);
        Assert.Equal(3, await network.Nodes[1].AnnounceAsync(Key, 4712, Cancellation));
        await theirs.AddNodeAsync(0, network.Nodes[0].LocalEndPoint, Cancellation);
        var peers = await theirs.GetPeersAsync(0, Key, Cancellation);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 4712), Assert.Single(peers));
    }

    private Task<ForeignNodes> StartAsync(ForeignSoftware software) =>
        ForeignNodes.StartOrSkipAsync(software, [IPAddress.Loopback], [], Cancellation);

    private async Task<List<IPEndPoint>> FindAsync(DhtNode node)
    {
        while (true)
        {
            List<IPEndPoint> peers = [];
            await foreach (var peer in node.GetPeersAsync(Key, Cancellation)) peers.Add(peer);
            if (peers.Count > 0) return peers;
            await Task.Delay(50, Cancellation);
        }
    }
}
