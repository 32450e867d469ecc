using P2PStream.Http;

namespace P2PStream.EndToEnd.Tests;

/// <summary>VLC decodes what the gateway serves, to the end and without an error.</summary>
public sealed class VlcTests(MediaLibrary library)
{
    // What is live is joined three segments before its end (RFC 8216, 6.3.3): so many must there
    // be.
    private const int BeforeTheEnd = 3;
    private const int FourTimes = 4;

    // A player that is faster than what is live runs dry, which VLC calls an error: that its clock
    // is set too late.
    private const int AsItComes = 1;

    public static TheoryData<MediaKind> Kinds => [.. Enum.GetValues<MediaKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Vlc_plays_the_gateways_playlist(MediaKind kind)
    {
        Vlc.Require();
        using var limit = Limits.ForOneTest();
        var media = await library.GetAsync(kind, limit.Token);
        await using var origin = await OriginServer.StartAsync(media.Folder, null, limit.Token);
        await using var swarm = await LoopbackSwarm.StartAsync(limit.Token);
        await swarm.PublishAsync(
            new Uri(origin.BaseUri, media.Playlist).AbsoluteUri, servesMedia: false, limit.Token);
        var watched = await swarm.WatchAsync(limit.Token);
        await using var gateway = await GatewayServer.StartAsync(watched, null, limit.Token);

        await Vlc.PlayAsync(gateway.PlaylistUri, FourTimes, limit.Token);

        var last = watched.Catalog.Tracks.Max(track => track.SegmentCount);
        await Limits.UntilAsync(
            () => watched.RecentDeliveries.Any(delivery => delivery.Id.Sequence == last - 1),
            limit.Token);
    }

    [Fact]
    public async Task Vlc_plays_an_event_that_grows_meanwhile()
    {
        Vlc.Require();
        using var limit = Limits.ForOneTest();
        var media = await library.GetAsync(MediaKind.TransportStream, limit.Token);
        await using var growing = await GrowingMedia.StartAsync(media, limit.Token);
        await using var swarm = await LoopbackSwarm.StartAsync(limit.Token);
        await growing.GrowAsync(BeforeTheEnd, limit.Token);
        var published = await swarm.PublishAsync(
            growing.Playlist.AbsoluteUri, servesMedia: false, limit.Token);
        var watched = await swarm.WatchAsync(limit.Token);
        await using var gateway = await GatewayServer.StartAsync(watched, null, limit.Token);

        var playing = Vlc.PlayAsync(gateway.PlaylistUri, AsItComes, limit.Token);
        for (var segments = BeforeTheEnd + 1; segments <= growing.Segments; segments++)
        {
            await Limits.UntilAsync(
                () => playing.IsCompleted || watched.RecentDeliveries.Count >= segments - 1,
                limit.Token);
            Assert.False(playing.IsCompleted);
            await growing.GrowAsync(segments, limit.Token);
        }

        await growing.EndAsync(limit.Token);
        await published.Completion.WaitAsync(limit.Token);
        await playing;
        Assert.Equal(growing.Segments, watched.RecentDeliveries.Count);
    }
}
