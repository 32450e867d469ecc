using System.Net;
using P2PStream.Discovery;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>A link with key and name alone, and a DHT: the stream's item leads to who has it.</summary>
public sealed class StreamItemTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_key_alone_is_enough_to_watch()
    {
        await using var dht = await StartDhtAsync();
        // Nobody is announced: only the item tells where the publisher is.
        await using var publisher = await StartAsync(dht, announces: false);
        await using var viewer = await StartAsync(dht, announces: false);
        var source = new GeneratedSource(4, 200_000, TimeSpan.FromSeconds(2));
        await using var published = await Nodes.PublishAsync(publisher, source);
        var link = new StreamLink { Key = published.Link.Key, Name = published.Link.Name };
        Assert.Empty(link.Peers);

        await using var watched = await viewer.WatchAsync(link, null, Cancelled);

        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(watched));
    }

    [Fact]
    public async Task Whoever_has_found_the_item_puts_it_again_unchanged()
    {
        await using var first = await StartDhtAsync();
        await using var second = await StartDhtAsync();
        await using var publisher = await StartAsync(first, announces: false);
        var source = new GeneratedSource(1, 1000, TimeSpan.FromSeconds(2));
        await using var published = await Nodes.PublishAsync(publisher, source);
        var salt = StreamItem.SaltOf(published.Link.StreamId);
        var target = DhtItem.TargetOf(published.Link.Key.ToArray(), salt);
        await Nodes.UntilAsync(() => first.Statistics.Items == 1, "the publisher has put its item");
        var original = await first.GetItemAsync(target, salt, Cancelled);

        // A viewer of both networks carries it from one to the other, without anybody's key.
        await using var viewer = await StartAsync(first, announces: false);
        var link = new StreamLink
        {
            Key = published.Link.Key,
            Name = published.Link.Name,
            Bootstrap = [second.LocalEndPoint.ToString()],
        };
        await using var watched = await viewer.WatchAsync(link, null, Cancelled);
        await Nodes.UntilAsync(() => second.Statistics.Items == 1, "the viewer has put it again");
        var copy = await second.GetItemAsync(target, salt, Cancelled);
        Assert.Equal(original!.Value.Span, copy!.Value.Span);
        Assert.Equal(original.Signature.Span, copy.Signature.Span);
    }

    [Fact]
    public async Task An_item_tells_those_who_keep_it_nothing()
    {
        await using var dht = await StartDhtAsync();
        await using var publisher = await StartAsync(dht, announces: false);
        var source = new GeneratedSource(1, 1000, TimeSpan.FromSeconds(2));
        await using var published = await Nodes.PublishAsync(publisher, source);
        var (key, name) = (published.Link.Key, published.Link.Name);
        var salt = StreamItem.SaltOf(published.Link.StreamId);
        await Nodes.UntilAsync(() => dht.Statistics.Items == 1, "the publisher has put its item");
        var item = await dht.GetItemAsync(
            DhtItem.TargetOf(key.ToArray(), salt), salt, Cancelled);

        var opened = StreamItems.Open(item!, key, name, secret: null);
        Assert.Equal([published.Link.Peers[0]], opened!.Addresses);
        Assert.Equal(published.Catalog.Epoch, opened.Delegation.Epoch);
        Assert.Equal(item!.Sequence, opened.Delegation.Epoch);
        Assert.Null(StreamItems.Open(item, key, "another name", secret: null));
        var id = published.Link.StreamId.Value.ToArray();
        Assert.Equal(-1, item.Value.Span.IndexOf(id));
        Assert.Equal(-1, item.Salt.Span.IndexOf(id.AsSpan(0, 8)));
    }

    [Fact]
    public async Task A_node_can_do_without()
    {
        await using var dht = await StartDhtAsync();
        await using var publisher = await StartAsync(dht, announces: true, keepsItems: false);
        var source = new GeneratedSource(1, 1000, TimeSpan.FromSeconds(2));
        await using var published = await Nodes.PublishAsync(publisher, source);
        await Nodes.UntilAsync(() => dht.Statistics.Peers == 1, "the publisher is announced");
        Assert.Equal(0, dht.Statistics.Items);
    }

    private static async Task<DhtNode> StartDhtAsync()
    {
        var node = new DhtNode(UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0)),
            new DhtNodeOptions(), TimeProvider.System);
        await node.StartAsync([], Cancelled);
        return node;
    }

    private static Task<StreamNode> StartAsync(
        DhtNode dht, bool announces, bool keepsItems = true) =>
        StreamNode.StartAsync(new StreamNodeOptions
        {
            AnnounceToDht = announces,
            KeepDhtItems = keepsItems,
            Bootstrap = { dht.LocalEndPoint.ToString() },
        }, Cancelled);
}
