using System.Diagnostics;
using P2PStream.Protocol;

namespace P2PStream.Tests;

/// <summary>Limits as a host sets them.</summary>
public sealed class RateLimitTests
{
    private const int SegmentBytes = 300_000;
    private const long Limit = 2_000_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The least time that the media take at <see cref="Limit"/>, after the burst.</summary>
    private static double Least(byte[] media) =>
        (media.Length - 3 * FairLimiter.Quantum) / (double)Limit - FairLimiter.Burst.TotalSeconds;

    [Theory]
    [InlineData("upload")]
    [InlineData("download")]
    [InlineData("stream upload")]
    [InlineData("stream download")]
    public async Task Nothing_is_faster_than_its_limit(string what)
    {
        var source = new GeneratedSource(4, SegmentBytes, TimeSpan.FromSeconds(1));
        var publishes = Nodes.Tcp();
        var watches = Nodes.Tcp();
        if (what == "upload") publishes.UploadLimit = Limit;
        if (what == "download") watches.DownloadLimit = Limit;
        await using var publisher = await StreamNode.StartAsync(publishes, Cancelled);
        await using var viewer = await StreamNode.StartAsync(watches, Cancelled);
        await using var published = await Nodes.PublishAsync(publisher, source);
        if (what == "stream upload") published.UploadLimit = Limit;
        await using var watched = await viewer.WatchAsync(published.Link, new WatchOptions
        {
            DownloadLimit = what == "stream download" ? Limit : null,
        }, Cancelled);
        var start = Stopwatch.GetTimestamp();
        var media = await Nodes.PlayAsync(watched);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds,
            Least(source.AllVideo()), Nodes.Patience.TotalSeconds);
        Assert.Equal(source.AllVideo(), media);
    }

    [Fact]
    public async Task A_limit_can_be_lifted_while_it_holds()
    {
        var source = new GeneratedSource(20, SegmentBytes, TimeSpan.FromSeconds(1));
        await using var publisher = await StreamNode.StartAsync(Nodes.Tcp(), Cancelled);
        var options = Nodes.Tcp();
        options.DownloadLimit = FairLimiter.LowestRate;
        await using var viewer = await StreamNode.StartAsync(options, Cancelled);
        await using var published = await Nodes.PublishAsync(publisher, source);
        publisher.UploadLimit = FairLimiter.LowestRate;
        await using var watched = await viewer.WatchAsync(published.Link, null, Cancelled);

        // At 16 KiB/s it would take six minutes.
        var playing = Nodes.PlayAsync(watched);
        await Nodes.UntilAsync(() => watched.Statistics.BytesDelivered > 0, "a block has come");
        Assert.Equal(FairLimiter.LowestRate, viewer.DownloadLimit);
        publisher.UploadLimit = null;
        viewer.DownloadLimit = null;
        Assert.Equal(source.AllVideo(), await playing);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16_383)]
    [InlineData(long.MaxValue)]
    public async Task A_limit_outside_its_range_is_refused(long limit)
    {
        var upload = Nodes.Tcp();
        upload.UploadLimit = limit;
        await Assert.ThrowsAsync<ArgumentException>(() => StreamNode.StartAsync(upload, Cancelled));
        var download = Nodes.Tcp();
        download.DownloadLimit = limit;
        await Assert.ThrowsAsync<ArgumentException>(() => StreamNode.StartAsync(download, Cancelled));

        await using var node = await StreamNode.StartAsync(Nodes.Tcp(), Cancelled);
        Assert.Throws<ArgumentOutOfRangeException>(() => node.UploadLimit = limit);
        var source = new GeneratedSource(1, 1000, TimeSpan.FromSeconds(1));
        using var key = RootKey.FromSeed(Nodes.Seed);
        var options = new PublishOptions { Key = key, Name = "film", UploadLimit = limit };
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => node.PublishAsync(source, options, Cancelled));

        // Nothing of it is left.
        await using var published = await Nodes.PublishAsync(node, source);
        await using var viewer = await StreamNode.StartAsync(Nodes.Tcp(), Cancelled);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => viewer.WatchAsync(
            published.Link, new WatchOptions { DownloadLimit = limit }, Cancelled));
        await using var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        Assert.Null(watched.DownloadLimit);
    }
}
