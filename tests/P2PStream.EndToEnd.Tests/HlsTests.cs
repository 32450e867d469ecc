using P2PStream.Http;

namespace P2PStream.EndToEnd.Tests;

/// <summary>HLS as packagers make it, from an origin through viewers to players.</summary>
public sealed class HlsTests(MediaLibrary library)
{
    public static TheoryData<MediaKind> Kinds => [.. Enum.GetValues<MediaKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Viewers_get_the_origins_bytes_and_one_gets_them_from_the_others(
        MediaKind kind)
    {
        using var limit = Limits.ForOneTest();
        var media = await library.GetAsync(kind, limit.Token);
        await using var origin = await OriginServer.StartAsync(media.Folder, null, limit.Token);
        var playlist = new Uri(origin.BaseUri, media.Playlist);
        await using var swarm = await LoopbackSwarm.StartAsync(limit.Token);
        await swarm.PublishAsync(playlist.AbsoluteUri, servesMedia: false, limit.Token);
        using var http = new HttpClient();
        var listed = await HlsListing.ReadAsync(http, playlist, limit.Token);

        WatchedStream[] viewers =
            [await swarm.WatchAsync(limit.Token), await swarm.WatchAsync(limit.Token)];
        foreach (var (segments, _) in await Task.WhenAll(viewers.Select(
            viewer => StreamContent.CompareAsync(viewer, http, limit.Token))))
            Assert.Equal(listed.Count, segments);

        var last = await swarm.WatchAsync(limit.Token, useOrigin: false);
        var whole = await StreamContent.CompareAsync(last, http, limit.Token);
        Assert.Equal(listed.Count, whole.Segments);
        await Limits.UntilAsync(() => last.Statistics.BytesDelivered >= whole.Bytes, limit.Token);
        Assert.Equal(
            (whole.Bytes, 0L, 0L),
            (last.Statistics.BytesFromViewers, last.Statistics.BytesFromPublisher,
                last.Statistics.BytesFromOrigin));
        Assert.Equal(0, last.Statistics.RejectedBlocks);
    }

    [Fact]
    public async Task A_stream_outlives_its_publisher_and_its_origin()
    {
        using var limit = Limits.ForOneTest();
        var media = await library.GetAsync(MediaKind.Master, limit.Token);
        await using var origin = await OriginServer.StartAsync(media.Folder, null, limit.Token);
        await using var swarm = await LoopbackSwarm.StartAsync(limit.Token);
        await swarm.PublishAsync(
            new Uri(origin.BaseUri, media.Playlist).AbsoluteUri, servesMedia: false, limit.Token);
        var first = await swarm.WatchAsync(limit.Token);
        var before = await StreamContent.ReadAsync(first, limit.Token);
        await swarm.StopPublisherAsync();
        await origin.DisposeAsync();

        var late = await swarm.WatchAsync(limit.Token);
        var after = await StreamContent.ReadAsync(late, limit.Token);

        Assert.Equal(before, after);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_gateway_serves_the_origins_bytes_and_players_decode_them(MediaKind kind)
    {
        using var limit = Limits.ForOneTest();
        var media = await library.GetAsync(kind, limit.Token);
        await using var origin = await OriginServer.StartAsync(media.Folder, null, limit.Token);
        var playlist = new Uri(origin.BaseUri, media.Playlist);
        await using var swarm = await LoopbackSwarm.StartAsync(limit.Token);
        await swarm.PublishAsync(playlist.AbsoluteUri, servesMedia: false, limit.Token);
        var watched = await swarm.WatchAsync(limit.Token);
        await using var gateway = await GatewayServer.StartAsync(watched, null, limit.Token);
        using var http = new HttpClient();

        var written = await HlsListing.ReadAsync(http, playlist, limit.Token);
        var served = await HlsListing.ReadAsync(http, gateway.PlaylistUri, limit.Token);
        Assert.Equal(written.Count, served.Count);
        foreach (var (one, other) in written.Zip(served))
        {
            Assert.Equal(gateway.PageUri.Authority, other.Uri.Authority);
            Assert.Equal(
                await one.GetAsync(http, limit.Token), await other.GetAsync(http, limit.Token));
        }

        await Ffmpeg.DecodeAsync(gateway.PlaylistUri, limit.Token);
    }
}
