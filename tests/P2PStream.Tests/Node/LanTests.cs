using System.Net;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>Publisher and viewer on one network, with nothing else to find each other by.</summary>
public sealed class LanTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_finds_a_publisher_on_its_network()
    {
        await using var publisher = await StartAsync(port: 0);
        Assert.SkipWhen(publisher.Lan!.Problem is not null, publisher.Lan.Problem ?? "");
        await using var viewer = await StartAsync(publisher.Lan.Groups[0].Port);
        var source = new GeneratedSource(2, 100_000, TimeSpan.FromSeconds(2));
        await using var published = await Nodes.PublishAsync(publisher, source);
        var link = new StreamLink { Key = published.Link.Key, Name = published.Link.Name };

        await using var watched = await viewer.WatchAsync(link, null, Cancelled);

        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(watched));
    }

    private static Task<StreamNode> StartAsync(int port) =>
        StreamNode.StartAsync(new StreamNodeOptions
        {
            EnableDht = false,
            Lan = new LanDiscoveryOptions { Port = port, Interfaces = [IPAddress.Loopback] },
        }, Cancelled);
}
