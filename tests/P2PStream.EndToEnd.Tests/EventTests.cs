using P2PStream.Http;
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
        var complete = await File.ReadAllLinesAsync(
            Path.Combine(media.Folder, media.Playlist), limit.Token);
        string[] names = [.. complete.Where(line => line.Length > 0 && line[0] != '#')];
        var folder = Directory.CreateTempSubdirectory("p2pstream-event-");
        try
        {
            await GrowAsync(1);
            await using var origin = await OriginServer.StartAsync(
                folder.FullName, null, limit.Token);
            await using var swarm = await LoopbackSwarm.StartAsync(limit.Token);
            var published = await swarm.PublishAsync(
                new Uri(origin.BaseUri, "event.m3u8").AbsoluteUri, servesMedia: false,
                limit.Token);
            var watched = await swarm.WatchAsync(limit.Token);
            Assert.Equal(StreamKind.Event, watched.Catalog.Kind);
            using var output = new MemoryStream();
            var playing = watched.PlayAsync(new PipePlayer(output), limit.Token);

            for (var segments = 2; segments <= names.Length; segments++)
            {
                await GrowAsync(segments);
                // The next one comes only when this one has arrived.
                await Limits.UntilAsync(
                    () => watched.RecentDeliveries.Count >= segments, limit.Token);
                Assert.False(playing.IsCompleted);
            }

            await GrowAsync(names.Length + 1);
            await published.Completion.WaitAsync(limit.Token);
            await playing;

            using var expected = new MemoryStream();
            foreach (var name in names)
                expected.Write(await File.ReadAllBytesAsync(
                    Path.Combine(media.Folder, name), limit.Token));
            Assert.Equal(expected.ToArray(), output.ToArray());
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        // One more than there are segments is the end.
        async Task GrowAsync(int segments)
        {
            var lines = new List<string>
            {
                "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:1",
                "#EXT-X-PLAYLIST-TYPE:EVENT",
            };
            foreach (var name in names.Take(segments))
            {
                File.Copy(
                    Path.Combine(media.Folder, name), Path.Combine(folder.FullName, name), true);
                lines.AddRange(["#EXTINF:1,", name]);
            }

            if (segments > names.Length) lines.Add("#EXT-X-ENDLIST");
            var path = Path.Combine(folder.FullName, "event.m3u8");
            await File.WriteAllLinesAsync(path + ".new", lines, limit.Token);
            File.Move(path + ".new", path, overwrite: true);
        }
    }
}
