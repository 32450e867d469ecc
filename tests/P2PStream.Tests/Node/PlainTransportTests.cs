using System.Security.Cryptography;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>Nodes whose host asked for plaintext links.</summary>
public sealed class PlainTransportTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_is_published_and_watched_and_viewers_find_each_other()
    {
        await using var publisher = await StreamNode.StartAsync(Plain(), Cancelled);
        await using var first = await StreamNode.StartAsync(Plain(), Cancelled);
        await using var second = await StreamNode.StartAsync(Plain(), Cancelled);
        var source = new GeneratedSource(6, 200_000, TimeSpan.FromSeconds(2));
        await using var published = await Nodes.PublishAsync(publisher, source);
        Assert.Equal([publisher.DialAddress], published.Link.Peers);
        Assert.Equal(publisher.EndPoint.ToString(), publisher.DialAddress);
        Assert.NotEqual(0, publisher.EndPoint.Port);

        // As a person hands it on.
        Assert.True(StreamLink.TryParse(published.Link.ToString(), out var link, out _));
        await using var one = await first.WatchAsync(link, null, Cancelled);
        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(one));

        // That the other viewer exists it hears from the publisher alone, which did not dial it.
        await using var other = await second.WatchAsync(link, null, Cancelled);
        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(other));
        await Nodes.UntilAsync(
            () => second.LinkCount == 2 && first.LinkCount == 2, "the viewers are linked");
        Assert.Equal(0, one.Statistics.BytesWasted);
    }

    [Fact]
    public async Task The_address_that_others_are_told_may_be_another()
    {
        var options = Plain();
        options.AdvertisedAddress = System.Net.IPAddress.Parse("203.0.113.7");
        await using var node = await StreamNode.StartAsync(options, Cancelled);
        Assert.Equal($"203.0.113.7:{node.EndPoint.Port}", node.DialAddress);
    }

    [Fact]
    public async Task The_dht_is_not_for_it()
    {
        var options = Plain();
        options.EnableDht = true;
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => StreamNode.StartAsync(options, Cancelled));
        Assert.StartsWith("EnableDht must be off for a PlainTcpTransport", error.Message,
            StringComparison.Ordinal);
    }

    private static StreamNodeOptions Plain() => new()
    {
        EnableDht = false,
        Transport = new PlainTcpTransport(
            new PeerId(new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size)))),
        TransportListen = new TransportAddress(PlainTcpTransport.AddressTag, "127.0.0.1:0"),
    };
}
