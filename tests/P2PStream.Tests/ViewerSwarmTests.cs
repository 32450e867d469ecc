using P2PStream.Protocol;

namespace P2PStream.Tests;

/// <summary>Several viewers, one origin: who pays for the media, and does everyone play.</summary>
public sealed class ViewerSwarmTests(ITestOutputHelper output)
{
    private const int SegmentBytes = 60_000;
    private const int Segments = 8;

    private static readonly TimeSpan SegmentTime = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Viewers_share_what_one_of_them_fetched()
    {
        const int Viewers = 4;
        var origin = new GeneratedOrigin(SegmentBytes);
        var source = new GeneratedSource(Segments, SegmentBytes, SegmentTime) { Origin = GeneratedOrigin.Uri };
        await using var bootstrap = await StreamNode.StartAsync(new StreamNodeOptions(), Cancelled);
        await using var publisher = await StreamNode.StartAsync(Options(bootstrap, null), Cancelled);
        using var key = RootKey.FromSeed(Seed);
        await using var published = await publisher.PublishAsync(
            source, new PublishOptions { Key = key, Name = "film" }, Cancelled);
        var link = published.Link with { Peers = [] };

        var playing = new List<Task<(PlaybackReport Report, SwarmStatistics Statistics)>>();
        for (var i = 0; i < Viewers; i++)
        {
            playing.Add(WatchAsync(Options(bootstrap, origin, $"viewer {i}"), link));
        }

        var results = await Task.WhenAll(playing);
        long fromViewers = 0, all = 0;
        foreach (var (report, statistics) in results)
        {
            output.WriteLine($"{report} {statistics}");
            fromViewers += statistics.BytesFromViewers;
            all += statistics.BytesDelivered;
            Assert.True(report.IsComplete);
            Assert.Equal(0, statistics.RejectedBlocks);
        }

        var copies = (double)origin.BytesServed / source.AllVideo().Length;
        output.WriteLine($"origin copies {copies:0.00}, offload {(double)fromViewers / all:0.00}");
        Assert.InRange(copies, 0.99, 2);
    }

    private StreamNodeOptions Options(StreamNode bootstrap, IOriginClient? origin, string name = "publisher") => new()
    {
        Origin = origin,
        Logging = new OutputLogging(output, name),
        Bootstrap = { bootstrap.EndPoint.ToString() },
    };

    private static async Task<(PlaybackReport, SwarmStatistics)> WatchAsync(
        StreamNodeOptions options, StreamLink link)
    {
        await using var node = await StreamNode.StartAsync(options, Cancelled);
        await using var watched = await node.WatchAsync(link, null, Cancelled);
        var player = new PacedPlayer(TimeSpan.FromSeconds(5));
        await watched.PlayAsync(player, Cancelled);
        return (player.Report, watched.Statistics);
    }
}
