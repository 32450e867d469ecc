using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>A network half of whose nodes are others'.</summary>
public sealed class MixedNetworkTests : IDisposable
{
    private const int OfEachOther = 30;
    private const int Ours = 60;

    /// <summary>Of ours, everyone else's contacts.</summary>
    private const int Contacts = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    private readonly CancellationTokenSource _limit =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public MixedNetworkTests() => _limit.CancelAfter(Limit);

    private CancellationToken Cancellation => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Sixty_of_theirs_and_sixty_of_ours_find_whom_each_kind_announced()
    {
        ForeignNodes.Skip(ForeignSoftware.Libtorrent);
        ForeignNodes.Skip(ForeignSoftware.BittorrentDht);
        var ours = Addresses(3, Ours).Select(DhtNetwork.NewNode).ToList();
        try
        {
            IPEndPoint[] contacts = [.. ours.Take(Contacts).Select(node => node.LocalEndPoint)];
            await StartAsync(ours.Take(Contacts), contacts);
            var starting = StartAsync(ours.Skip(Contacts), contacts);
            var others = await Task.WhenAll(
                ForeignNodes.StartOrSkipAsync(ForeignSoftware.Libtorrent,
                    Addresses(1, OfEachOther), contacts, Cancellation),
                ForeignNodes.StartOrSkipAsync(ForeignSoftware.BittorrentDht,
                    Addresses(2, OfEachOther), contacts, Cancellation));
            await using var libtorrent = others[0];
            await using var npm = others[1];
            await starting;
            await AnnounceAndFindAsync(ours, libtorrent, npm);
        }
        finally
        {
            foreach (var node in ours) await node.DisposeAsync();
        }
    }

    private async Task AnnounceAndFindAsync(
        List<DhtNode> ours, ForeignNodes libtorrent, ForeignNodes npm)
    {
        var byUs = InfoHash.FromStream("announced by one of ours"u8);
        var byNpm = InfoHash.FromStream("announced by one of bittorrent-dht's"u8);
        var byLibtorrent = InfoHash.FromStream("announced by one of libtorrent's"u8);
        Assert.NotEqual(0, await ours[^1].AnnounceAsync(byUs, 5001, Cancellation));
        await npm.AnnounceAsync(7, byNpm, 5002, Cancellation);
        await libtorrent.AnnounceAsync(7, byLibtorrent, 0, Cancellation);
        await EveryoneFindsAsync(byUs, new(ours[^1].LocalEndPoint.Address, 5001));
        await EveryoneFindsAsync(byNpm, new(npm.EndPoints[7].Address, 5002));
        await EveryoneFindsAsync(byLibtorrent, libtorrent.EndPoints[7]);

        Task EveryoneFindsAsync(InfoHash key, IPEndPoint peer) => Task.WhenAll(
        [
            .. ours.Select(node => FindAsync(node, key, peer)),
            .. Enumerable.Range(0, OfEachOther).Select(i => FindAsync(libtorrent, i, key, peer)),
            .. Enumerable.Range(0, OfEachOther).Select(i => FindAsync(npm, i, key, peer)),
        ]);
    }

    private Task StartAsync(IEnumerable<DhtNode> nodes, IPEndPoint[] contacts) =>
        Task.WhenAll(nodes.Select(async node =>
        {
            await node.StartAsync(
                [.. contacts.Where(contact => !contact.Equals(node.LocalEndPoint))], Cancellation);
            Assert.True(await node.BootstrapAsync(Cancellation));
        }));

    private async Task FindAsync(DhtNode node, InfoHash key, IPEndPoint wanted)
    {
        while (true)
        {
            await foreach (var peer in node.GetPeersAsync(key, Cancellation))
                if (peer.Equals(wanted)) return;
            await Task.Delay(250, Cancellation);
        }
    }

    private async Task FindAsync(ForeignNodes nodes, int node, InfoHash key, IPEndPoint wanted) =>
        Assert.Equal(wanted, Assert.Single(await nodes.GetPeersAsync(node, key, Cancellation)));

    /// <summary>Each in a /24 of its own: others keep one node of each.</summary>
    private static IEnumerable<IPAddress> Addresses(byte network, int count) =>
        Enumerable.Range(1, count).Select(i => new IPAddress([127, network, (byte)i, 1]));
}
