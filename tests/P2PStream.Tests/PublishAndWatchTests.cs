using P2PStream.Protocol;

namespace P2PStream.Tests;

/// <summary>Whole nodes over loopback TCP with TLS: what is published is what is played.</summary>
public sealed class PublishAndWatchTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_plays_what_a_publisher_serves()
    {
        await using var publisher = await StreamNode.StartAsync(NoDht(), Cancelled);
        await using var viewer = await StreamNode.StartAsync(NoDht(), Cancelled);
        var source = new GeneratedSource(8, 300_000, TimeSpan.FromSeconds(2));
        using var key = RootKey.FromSeed(Seed);
        await using var published = await publisher.PublishAsync(
            source, new PublishOptions { Key = key, Name = "film" }, Cancelled);
        await using var watched = await viewer.WatchAsync(published.Link, null, Cancelled);

        using var output = new MemoryStream();
        await watched.PlayAsync(new PipePlayer(output), Cancelled);

        Assert.Equal(source.AllVideo(), output.ToArray());
        // At once: whoever prints them when the player is done prints all.
        Assert.Equal(source.AllVideo().Length, watched.Statistics.BytesDelivered);
    }

    private static StreamNodeOptions NoDht() => new() { EnableDht = false };
}
