using System.Net;
using System.Text;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Items (BEP 44) between our nodes and others': stored by one, kept by the other, read by
/// either.</summary>
public sealed class ForeignItemTests : IDisposable
{
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly byte[] Salt = Encoding.ASCII.GetBytes("a salt");

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _limit =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public ForeignItemTests() => _limit.CancelAfter(Limit);

    private CancellationToken Cancellation => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Theory]
    [InlineData(ForeignSoftware.Libtorrent)]
    [InlineData(ForeignSoftware.BittorrentDht)]
    public async Task It_keeps_what_we_put_and_tells_it(ForeignSoftware software)
    {
        var immutable = DhtItem.Immutable("12:Hello World!"u8);
        var mutable = DhtItem.Sign(Seed, Salt, 7, "9:seventh v"u8);
        await using var theirs = await StartAsync(software);
        await using (var publisher = await JoinAsync(theirs))
        {
            Assert.Equal(1, (await publisher.PutItemAsync(immutable, null, Cancellation)).Stored);
            Assert.Equal(1, (await publisher.PutItemAsync(mutable, null, Cancellation)).Stored);
            // Anyone may put it again, unchanged. bittorrent-dht refuses what it has; both go on
            // keeping it.
            await publisher.PutItemAsync(mutable, null, Cancellation);
        }

        await using var viewer = await JoinAsync(theirs);
        var first = await viewer.GetItemAsync(immutable.Target, default, Cancellation);
        Assert.Equal("12:Hello World!"u8, first!.Value.Span);
        var second = await viewer.GetItemAsync(mutable.Target, Salt, Cancellation);
        Assert.Equal("9:seventh v"u8, second!.Value.Span);
        Assert.Equal(7, second.Sequence);
        Assert.Equal(mutable.Signature.Span, second.Signature.Span);
    }

    [Theory]
    [InlineData(ForeignSoftware.Libtorrent)]
    [InlineData(ForeignSoftware.BittorrentDht)]
    public async Task We_keep_what_it_puts_and_tell_it(ForeignSoftware software)
    {
        var value = Encoding.ASCII.GetBytes("Hello World!");
        var key = DhtItem.Sign(Seed, Salt, 1, "0:"u8).PublicKey.ToArray();
        await using var ours = DhtNetwork.NewNode();
        await ours.StartAsync([], Cancellation);
        await using (var theirs = await StartAsync(software, ours.LocalEndPoint))
        {
            await theirs.AskAsync(0, "put_immutable", Cancellation, ("value", Hex(value)));
            await theirs.AskAsync(0, "put_mutable", Cancellation, ("value", Hex(value)),
                ("seed", Hex(Seed)), ("key", Hex(key)), ("salt", Hex(Salt)), ("sequence", 1));
        }

        // They are gone: what a node of ours finds, the other of ours has kept.
        Assert.Equal(2, ours.Statistics.Items);
        await using var viewer = DhtNetwork.NewNode();
        await viewer.StartAsync([ours.LocalEndPoint], Cancellation);
        byte[] bencoded = [.. "12:"u8, .. value];
        var first =
            await viewer.GetItemAsync(DhtItem.TargetOf(bencoded), default, Cancellation);
        Assert.Equal(bencoded, first!.Value.ToArray());
        var second = await viewer.GetItemAsync(DhtItem.TargetOf(key, Salt), Salt, Cancellation);
        Assert.Equal(bencoded, second!.Value.ToArray());
        // libtorrent counts each time that it puts.
        Assert.InRange(second.Sequence, 1, 100);
    }

    [Theory]
    [InlineData(ForeignSoftware.Libtorrent)]
    [InlineData(ForeignSoftware.BittorrentDht)]
    public async Task It_reads_what_we_keep(ForeignSoftware software)
    {
        await using var network = await DhtNetwork.StartAsync(4, Cancellation);
        var immutable = DhtItem.Immutable("5:apple"u8);
        var mutable = DhtItem.Sign(Seed, Salt, 3, "4:pear"u8);
        Assert.Equal(
            3, (await network.Nodes[1].PutItemAsync(immutable, null, Cancellation)).Stored);
        Assert.Equal(3, (await network.Nodes[1].PutItemAsync(mutable, null, Cancellation)).Stored);
        await using var theirs = await StartAsync(software, network.Nodes[0].LocalEndPoint);
        var first = await theirs.AskAsync(0, "get_immutable", Cancellation,
            ("target", Hex(immutable.Target.ToArray())));
        Assert.Equal("apple", Text(first.GetProperty("value").GetString()!));
        var second = await theirs.AskAsync(0, "get_mutable", Cancellation,
            ("key", Hex(mutable.PublicKey.ToArray())), ("salt", Hex(Salt)));
        Assert.Equal("pear", Text(second.GetProperty("value").GetString()!));
        Assert.Equal(3, second.GetProperty("sequence").GetInt64());
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Text(string hex) =>
        Encoding.ASCII.GetString(Convert.FromHexString(hex));

    private Task<ForeignNodes> StartAsync(
        ForeignSoftware software, params IEnumerable<IPEndPoint> bootstrap) =>
        ForeignNodes.StartOrSkipAsync(software, [IPAddress.Loopback], bootstrap, Cancellation);

    private async Task<DhtNode> JoinAsync(ForeignNodes theirs)
    {
        var node = DhtNetwork.NewNode();
        await node.StartAsync([theirs.EndPoints[0]], Cancellation);
        Assert.True(await node.BootstrapAsync(Cancellation));
        return node;
    }
}
