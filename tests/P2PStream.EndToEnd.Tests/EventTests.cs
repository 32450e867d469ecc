using P2PStream.Protocol;

namespace P2PStream.EndToEnd.Tests;

/// <summary>A playlist that grows while it is played.</summary>
public sealed class EventTests(MediaLibrary library)
{
    [Fact]
    public async Task An_event_plays_to_the_end_that_it_had_not_when_it_began()
    {
        using var limit = Limits.ForOneTest();
        var media = await library.GetAsync(MediaKind.TransportStream, limit.Token);
        await using var growing = await GrowingMedia.StartAsync(media, limit.Token);
        await growing.GrowAsync(1, limit.Token);
        await using var swarm = await LoopbackSwarm.StartAsync(limit.Token);
        var published = await swarm.PublishAsync(
            growing.Playlist.AbsoluteUri, servesMedia: false, limit.Token);
        var watched = await swarm.WatchAsync(limit.Token);
        Assert.Equal(StreamKind.Event, watched.Catalog.Kind);
        using var output = new MemoryStream();
        var playing = watched.PlayAsync(new PipePlayer(output), limit.Token);

        for (var segments = 2; segments <= growing.Segments; segments++)
        {
            await growing.GrowAsync(segments, limit.Token);
            // The next one comes only when this one has arrived.
            await Limits.UntilAsync(
                () => watched.RecentDeliveries.Count >= segments, limit.Token);
            Assert.False(playing.IsCompleted);
        }

        await growing.EndAsync(limit.Token);
        await published.Completion.WaitAsync(limit.Token);
        await playing;
        Assert.Equal(await growing.ReadAllAsync(limit.Token), output.ToArray());
    }
}
