using P2PStream.Protocol;

namespace P2PStream.Http.Tests;

public sealed class GatewayPlaylistTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_samples_playlists_differ_in_uris_only_and_every_segment_is_the_same()
    {
        var stream = await FolderStream.OpenAsync(SampleMedia.Master, Token);
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        using var http = new HttpClient { BaseAddress = gateway.PageUri };
        var compared = await PlaylistComparison.CompareAsync(http, SampleMedia.Master, Token);
        Assert.Equal(3 * 22 + 23 + 4, compared);
    }

    [Fact]
    public async Task Byte_ranges_go_and_initialization_segments_keep_their_places()
    {
        _folder.Write("all.mp4", Enumerable.Range(0, 100).Select(i => (byte)i).ToArray());
        var path = _folder.Write(
            "list.m3u8", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-MEDIA-SEQUENCE:7",
            "#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"10@0\"", "#EXTINF:2,", "#EXT-X-BYTERANGE:20@10",
            "all.mp4",
            "#EXT-X-DISCONTINUITY", "#EXT-X-MAP:BYTERANGE=\"10@50\",URI=\"all.mp4\"", "#EXTINF:2,",
            "#EXT-X-BYTERANGE:40@60", "all.mp4", "#EXT-X-ENDLIST");
        var stream = await FolderStream.OpenAsync(path, Token);
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        using var http = new HttpClient { BaseAddress = gateway.PageUri };
        const string expected = """
            #EXTM3U
            #EXT-X-TARGETDURATION:2
            #EXT-X-MEDIA-SEQUENCE:7
            #EXT-X-MAP:URI="1/0.mp4"
            #EXTINF:2,
            0/7.m4s
            #EXT-X-DISCONTINUITY
            #EXT-X-MAP:URI="1/1.mp4"
            #EXTINF:2,
            0/8.m4s
            #EXT-X-ENDLIST

            """;
        // One media playlist alone is served under both names.
        Assert.Equal(expected, await http.GetStringAsync("0.m3u8", Token));
        Assert.Equal(expected, await http.GetStringAsync(gateway.PlaylistUri, Token));
        Assert.Equal(100 - 20, (await http.GetByteArrayAsync("0/7.m4s", Token)).Length + 60);
        Assert.Equal(50, (await http.GetByteArrayAsync("1/1.mp4", Token))[0]);
    }

    [Theory]
    [InlineData("k.bin", "https://cdn.example/vod/k.bin")]
    [InlineData("/keys/k.bin?a=b", "https://cdn.example/keys/k.bin?a=b")]
    [InlineData("//other.example/k", "https://other.example/k")]
    [InlineData("https://keys.example/1", "https://keys.example/1")]
    [InlineData("skd://content", "skd://content")]
    public async Task Keys_are_referred_to_the_origin(string written, string absolute)
    {
        _folder.Write("a.ts", [1]);
        var path = _folder.Write("list.m3u8", "#EXTM3U", "#EXT-X-TARGETDURATION:2",
            $"#EXT-X-KEY:METHOD=AES-128,URI=\"{written}\",IV=0x1F", "#EXTINF:2,", "a.ts",
            "#EXT-X-KEY:METHOD=NONE", "#EXTINF:2,", "a.ts", "#EXT-X-ENDLIST");
        var stream = await FolderStream.OpenAsync(
            path, Token, new StreamSourceOptions { Origin = new Uri("https://cdn.example/vod/") });
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        using var http = new HttpClient { BaseAddress = gateway.PageUri };
        var lines = (await http.GetStringAsync("0.m3u8", Token)).Split('\n');
        Assert.Equal($"#EXT-X-KEY:METHOD=AES-128,URI=\"{absolute}\",IV=0x1F", lines[2]);
        Assert.Equal("#EXT-X-KEY:METHOD=NONE", lines[5]);
    }

    [Fact]
    public async Task An_event_grows_and_ends()
    {
        var stream = new FolderStream();
        var description = new SourceDescription(
            StreamKind.Event,
            [
                new TrackDescription
                {
                    Id = 0, Kind = TrackKind.Video, Name = "main",
                    PlaylistHeader = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:EVENT",
                },
            ], "", "", "");
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        using var http = new HttpClient { BaseAddress = gateway.PageUri };

        // Asked for before anything is known: the answer waits.
        var early = http.GetStringAsync("master.m3u8", Token);
        Add(stream, 0);
        stream.Publish(description, ended: false);
        const string header = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:EVENT\n";
        Assert.Equal(header + "#EXTINF:2,\n0/0.ts\n", await early);
        Add(stream, 1);
        stream.Publish(description, ended: true);
        Assert.Equal(
            header + "#EXTINF:2,\n0/0.ts\n#EXTINF:2,\n0/1.ts\n#EXT-X-ENDLIST\n",
            await http.GetStringAsync("master.m3u8", Token));
    }

    [Fact]
    public void A_playlist_whose_start_has_slid_away_says_so()
    {
        var track = new TrackDescription
        {
            Id = 2, Kind = TrackKind.Video, Name = "main", InitializationTrack = 3,
                FirstSequence = 5,
            PlaylistHeader = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:5\n#EXT-X-TARGETDURATION:2",
        };
        var catalog = new Catalog
        {
            Stream = default, Epoch = 1, Version = 1, Expires = 0, Kind = StreamKind.Live,
                Tracks = [track],
        };
        var record = new SegmentRecord
        {
            Id = new SegmentId(1, 2, 9), Root = default, Parts = [], Start = default,
            Duration = TimeSpan.FromSeconds(2), Tags = "#EXTINF:2,", Initialization = 1,
        };
        Assert.Equal(
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:9\n#EXT-X-TARGETDURATION:2\n"
            + "#EXT-X-MAP:URI=\"3/1.mp4\"\n"
            + "#EXTINF:2,\n2/9.m4s\n", PlaylistWriter.Media(catalog, track, [record]));
    }

    private static void Add(FolderStream stream, ulong sequence) => stream.Add(
        new SourceSegment
        {
            Track = 0, Sequence = sequence, Start = TimeSpan.FromSeconds(2 * sequence),
            Duration = TimeSpan.FromSeconds(2), Tags = "#EXTINF:2,",
            Open = _ => throw new NotSupportedException(),
        }, [1, 2, 3]);
}
