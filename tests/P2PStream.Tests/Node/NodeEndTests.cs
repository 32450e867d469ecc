using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>How a node ends: by its peers' answers, not by its own patience.</summary>
public sealed class NodeEndTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>On a clock that stands still no time-out ever ends a wait.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Healthy_links_end_without_a_time_out(bool overTcp)
    {
        var clock = new FakeTimeProvider();
        var network = new MemoryNetwork();
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        using var key = RootKey.FromSeed(Nodes.Seed);
        var link = new StreamLink { Key = key.PublicKey, Name = "film" };
        await using var here = await one.WatchAsync(link, null, Cancelled);
        await using var there = await other.WatchAsync(
            link with { Peers = [one.DialAddress] }, null, Cancelled);
        await Nodes.UntilAsync(
            () => one.LinkCount == 1 && other.LinkCount == 1, "the nodes are linked");

        await one.DisposeAsync().AsTask().WaitAsync(Nodes.Patience, Cancelled);
        await Nodes.UntilAsync(() => other.LinkCount == 0, "the other end has noticed");
        await other.DisposeAsync().AsTask().WaitAsync(Nodes.Patience, Cancelled);

        Task<StreamNode> StartAsync()
        {
            var options = overTcp ? Nodes.Tcp() : Nodes.Memory(network);
            options.Time = clock;
            return StreamNode.StartAsync(options, Cancelled);
        }
    }

    [Fact]
    public async Task A_node_with_open_streams_ends_cleanly_and_soon()
    {
        var publisher = await StreamNode.StartAsync(Nodes.Tcp(), Cancelled);
        var viewer = await StreamNode.StartAsync(Nodes.Tcp(), Cancelled);
        var published = await Nodes.PublishAsync(
            publisher, new GeneratedSource(8, 300_000, TimeSpan.FromSeconds(2)));
        var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        await watched.WaitForCatalogAsync(Cancelled);
        var playing = watched.PlayAsync(new PacedPlayer(TimeSpan.FromSeconds(4)), Cancelled);
        await Nodes.UntilAsync(() => watched.Statistics.BytesDelivered > 0, "media flows");

        // Streams and player are still at work.
        await viewer.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(3), Cancelled);
        await publisher.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(3), Cancelled);

        await Assert.ThrowsAnyAsync<Exception>(() => playing.WaitAsync(Nodes.Patience, Cancelled));
        Assert.Equal(0, publisher.LinkCount);
        Assert.Equal(0, viewer.LinkCount);
        await watched.DisposeAsync();
        await published.DisposeAsync();
        await published.DisposeAsync();
    }
}
