using P2PStream.Protocol;

namespace P2PStream.Http.Tests;

public sealed class HlsStreamSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_sample_has_its_renditions_its_audio_and_their_initialization_segments()
    {
        await using var source = new HlsStreamSource(SampleMedia.Master);
        var content = await SourceContent.ReadAsync(source, Token);
        var tracks = content.Description.Tracks;
        Assert.Equal(StreamKind.OnDemand, content.Description.Kind);
        Assert.Equal("", content.Description.Origin);
        Assert.Equal(
            [TrackKind.Audio, TrackKind.Video, TrackKind.Video, TrackKind.Video],
            tracks.Take(4).Select(t => t.Kind));
        Assert.Equal(["240p", "360p", "480p"], tracks.Skip(1).Take(3).Select(track => track.Name));
        Assert.Equal([4, 5, 6, 7], tracks.Take(4).Select(track => (int)track.InitializationTrack));
        Assert.All(tracks.Skip(4), track => Assert.Equal(TrackKind.Initialization, track.Kind));
        Assert.Equal(Enumerable.Range(0, 8), tracks.Select(track => (int)track.Id));

        var written = await File.ReadAllTextAsync(SampleMedia.Master, Token);
        Assert.Equal(
            written.TrimEnd('\n').Replace("audio/index.m3u8", "{0}", StringComparison.Ordinal)
                .Replace("240p/index.m3u8", "{1}", StringComparison.Ordinal)
                .Replace("360p/index.m3u8", "{2}", StringComparison.Ordinal)
                .Replace("480p/index.m3u8", "{3}", StringComparison.Ordinal),
            content.Description.MasterPlaylist.TrimEnd('\n'));

        var video = content.Track(3);
        Assert.Equal(22, video.Count);
        Assert.Equal(TimeSpan.FromSeconds(42), video[21].Start);
        Assert.All(video, segment => Assert.Equal(0, segment.Initialization));
        Assert.All(content.Segments, segment => Assert.Equal("", segment.OriginUri));
        Assert.Equal(
            await File.ReadAllBytesAsync(
                Path.Combine(SampleMedia.Folder, "480p/segment007.m4s"), Token),
            await SourceContent.BytesAsync(video[7], Token));
        Assert.Equal(
            await File.ReadAllBytesAsync(
                Path.Combine(SampleMedia.Folder, "480p/init_2.mp4"), Token),
            await SourceContent.BytesAsync(Assert.Single(content.Track(7)), Token));
    }

    [Fact]
    public async Task Over_http_it_is_the_same_and_knows_its_origin()
    {
        await using var server = await OriginServer.StartAsync(
            SampleMedia.Folder, cancellationToken: Token);
        await using var local = new HlsStreamSource(SampleMedia.Master);
        await using var web = await StreamSource.OpenAsync(
            new Uri(server.BaseUri, "master.m3u8").AbsoluteUri, cancellationToken: Token);
        Assert.IsType<HlsStreamSource>(web);
        var expected = await SourceContent.ReadAsync(local, Token);
        var actual = await SourceContent.ReadAsync(web, Token);

        Assert.Equal(server.BaseUri.AbsoluteUri, actual.Description.Origin);
        Assert.Equal(expected.Description.MasterPlaylist, actual.Description.MasterPlaylist);
        Assert.Equal(
            expected.Segments.Select(
                s => (s.Track, s.Sequence, s.Start, s.Duration, s.Tags, s.Initialization)),
            actual.Segments.Select(
                s => (s.Track, s.Sequence, s.Start, s.Duration, s.Tags, s.Initialization)));
        var segment = actual.Track(1)[5];
        Assert.Equal("240p/segment005.m4s", segment.OriginUri);
        Assert.Equal("240p/index.m3u8", actual.Description.Tracks[1].OriginUri);
        Assert.Equal(
            await SourceContent.BytesAsync(expected.Track(1)[5], Token),
            await SourceContent.BytesAsync(segment, Token));
        await using var stream = await segment.Open(Token);
        Assert.Equal(await SourceContent.BytesAsync(segment, Token), await ReadTwiceAsync(stream));
    }

    [Fact]
    public async Task A_local_folder_may_name_the_origin_that_serves_it_too()
    {
        _folder.Write("list.m3u8", "#EXTM3U", "#EXT-X-TARGETDURATION:2",
            "#EXT-X-KEY:METHOD=AES-128,URI=\"k.bin\"",
            "#EXTINF:2,", "sub/ä 1%.ts", "#EXT-X-ENDLIST");
        _folder.Write("sub/ä 1%.ts", [1, 2, 3]);
        var options = new StreamSourceOptions { Origin = new Uri("https://cdn.example/vod") };
        await using var source = new HlsStreamSource(
            Path.Combine(_folder.Path, "list.m3u8"), options);
        var content = await SourceContent.ReadAsync(source, Token);
        Assert.Equal("https://cdn.example/vod/", content.Description.Origin);
        Assert.Equal("sub/%C3%A4%201%25.ts", Assert.Single(content.Segments).OriginUri);
        Assert.Equal([1, 2, 3], await SourceContent.BytesAsync(content.Segments[0], Token));
    }

    [Theory]
    [InlineData("名前 1.ts", "名前 1.ts")]
    [InlineData("a%20b.ts", "a b.ts")]
    [InlineData("%C3%BC.ts", "ü.ts")]
    [InlineData("100%.ts", "100%.ts")]
    [InlineData("a?b.ts", "a?b.ts")]
    [InlineData("a.ts?token=1", "a.ts")]
    [InlineData("./a.ts", "a.ts")]
    [InlineData("sub/../a.ts", "a.ts")]
    public async Task Names_are_found_as_the_world_writes_them(string uri, string file)
    {
        _folder.Write("sub/list.m3u8", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", uri,
            "#EXT-X-ENDLIST");
        _folder.Write("sub/" + file, [7]);
        await using var source = new HlsStreamSource(Path.Combine(_folder.Path, "sub/list.m3u8"));
        if (uri.StartsWith("sub", StringComparison.Ordinal)) Directory.CreateDirectory(
            Path.Combine(_folder.Path, "sub/sub"));
        var content = await SourceContent.ReadAsync(source, Token);
        Assert.Equal([7], await SourceContent.BytesAsync(Assert.Single(content.Segments), Token));

        await using var server = await OriginServer.StartAsync(
            _folder.Path, cancellationToken: Token);
        // These are no URIs: a web server is asked for something else.
        if (uri is "100%.ts" or "a?b.ts") return;
        await using var web = new HlsStreamSource(
            new Uri(server.BaseUri, "sub/list.m3u8").AbsoluteUri);
        var fetched = await SourceContent.ReadAsync(web, Token);
        Assert.Equal([7], await SourceContent.BytesAsync(Assert.Single(fetched.Segments), Token));
        var origin = new Uri(fetched.Description.Origin);
        using var client = new HttpOriginClient();
        await using var bytes = await client.OpenAsync(
            new Uri(origin, fetched.Segments[0].OriginUri), 0, 1, Token);
        var one = new byte[1];
        await bytes.ReadExactlyAsync(one, Token);
        Assert.Equal(7, one[0]);
    }

    [Fact]
    public async Task One_file_in_byte_ranges_with_several_initialization_segments()
    {
        var bytes = Enumerable.Range(0, 100).Select(i => (byte)i).ToArray();
        _folder.Write("all.mp4", bytes);
        _folder.Write("list.m3u8", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-MEDIA-SEQUENCE:9",
            "#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"10@0\"", "#EXTINF:2,", "#EXT-X-BYTERANGE:20@10",
            "all.mp4",
            "#EXTINF:1.5,", "#EXT-X-BYTERANGE:5", "all.mp4", "#EXT-X-DISCONTINUITY",
            "#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"10@50\"", "#EXTINF:2,",
            "#EXT-X-BYTERANGE:40@60", "all.mp4",
            "#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"10@0\"", "#EXTINF:2,", "#EXT-X-BYTERANGE:1@99",
            "all.mp4",
            "#EXT-X-ENDLIST");
        await using var source = new HlsStreamSource(Path.Combine(_folder.Path, "list.m3u8"));
        var content = await SourceContent.ReadAsync(source, Token);
        Assert.Equal([(1, 0ul), (0, 9), (0, 10), (1, 1), (0, 11), (0, 12)],
            content.Segments.Select(segment => ((int)segment.Track, segment.Sequence)));
        Assert.Equal([0L, 0, 1, 0], content.Track(0).Select(segment => segment.Initialization));
        Assert.Equal([10L, 30, 60, 99], content.Track(0).Select(segment => segment.OriginOffset));
        Assert.Equal(bytes[30..35], await SourceContent.BytesAsync(content.Track(0)[1], Token));
        Assert.Equal(bytes[50..60], await SourceContent.BytesAsync(content.Track(1)[1], Token));
        await using var stream = await content.Track(0)[2].Open(Token);
        Assert.Equal(40, stream.Length);
        Assert.Equal(bytes[60..100], await ReadTwiceAsync(stream));
        Assert.Equal(9u, content.Description.Tracks[0].FirstSequence);
        Assert.Equal(
            [0, 2, 3.5, 5.5], content.Track(0).Select(segment => segment.Start.TotalSeconds));
    }

    [Theory]
    [InlineData("line 4: ../secret.ts: lies outside", "../secret.ts")]
    [InlineData("line 4: /etc/hostname: lies outside", "/etc/hostname")]
    [InlineData("line 4: file:///etc/hostname: lies outside", "file:///etc/hostname")]
    [InlineData("line 4: ftp://host/a.ts: only files, http and https", "ftp://host/a.ts")]
    public async Task A_playlist_cannot_publish_what_lies_outside_its_folder(
        string reason, string uri)
    {
        _folder.Write("secret.ts", [1]);
        _folder.Write("in/list.m3u8", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", uri,
            "#EXT-X-ENDLIST");
        await using var source = new HlsStreamSource(Path.Combine(_folder.Path, "in/list.m3u8"));
        var problem = await Assert.ThrowsAsync<StreamSourceException>(
            () => SourceContent.ReadAsync(source, Token));
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_playlist_from_the_web_cannot_name_local_files()
    {
        _folder.Write(
            "list.m3u8", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", "file:///etc/hostname",
            "#EXT-X-ENDLIST");
        await using var server = await OriginServer.StartAsync(
            _folder.Path, cancellationToken: Token);
        await using var source = new HlsStreamSource(
            new Uri(server.BaseUri, "list.m3u8").AbsoluteUri);
        var problem = await Assert.ThrowsAsync<StreamSourceException>(
            () => SourceContent.ReadAsync(source, Token));
        Assert.Contains("line 4: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_and_impossible_sources_are_named_in_one_line()
    {
        _folder.Write("empty.m3u8", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-ENDLIST");
        _folder.Write("keys.m3u8", "#EXTM3U", "#EXT-X-TARGETDURATION:2",
            "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"",
            "#EXTINF:2,", "a.ts", "#EXT-X-ENDLIST");
        foreach (var (name, reason) in ((string, string)[])
            [
                ("none.m3u8", "no such file"), ("", "is a folder"),
                ("empty.m3u8", "names no segment"),
                ("keys.m3u8", "line 3: the key's URI is relative"),
            ])
        {
            var problem = await Assert.ThrowsAsync<StreamSourceException>(async () =>
            {
                await using var source = await StreamSource.OpenAsync(
                    Path.Combine(_folder.Path, name), cancellationToken: Token);
                await source.DescribeAsync(Token);
            });
            Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', problem.Message);
        }

        await Assert.ThrowsAsync<StreamSourceException>(
            () => StreamSource.OpenAsync("ftp://host/a", cancellationToken: Token));
    }

    private static async Task<byte[]> ReadTwiceAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Token);
        stream.Position = stream.Length / 2;
        var tail = new byte[stream.Length - stream.Length / 2];
        await stream.ReadExactlyAsync(tail, Token);
        Assert.Equal(all.ToArray()[^tail.Length..], tail);
        Assert.Equal(0, await stream.ReadAsync(tail, Token));
        return all.ToArray();
    }
}
