using System.Security.Cryptography;

namespace P2PStream.Http.Tests;

/// <summary>HLS as ffmpeg writes it, through source and gateway: every segment the same, and
/// decoded without an error.</summary>
public sealed class RealMediaTests : IDisposable
{
    private const string Input =
        "-f|lavfi|-i|testsrc2=size=160x90:rate=25|"
        + "-f|lavfi|-i|sine=frequency=330:sample_rate=44100|-t|4";

    private const string Codecs =
        "-c:v|libx264|-preset|ultrafast|-g|25|-sc_threshold|0|-c:a|aac|-b:a|32k|-threads|1";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, int> Kinds => new()
    {
        { "MPEG-TS", $"{Input}|{Codecs}|-hls_time|1|-hls_playlist_type|vod", 4 },
        { "fMP4", $"{Input}|{Codecs}|-hls_time|1|-hls_playlist_type|vod|-hls_segment_type|fmp4",
            5 },
        { "one file, MPEG-TS",
            $"{Input}|{Codecs}|-hls_time|1|-hls_playlist_type|vod|-hls_flags|single_file", 4 },
        {
            "one file, fMP4",
            $"{Input}|{Codecs}|-hls_time|1|-hls_playlist_type|vod|"
                + "-hls_segment_type|fmp4|-hls_flags|single_file", 5
        },
        {
            "23.976 fps, unequal segments",
            "-f|lavfi|-i|testsrc2=size=160x90:rate=24000/1001|-t|5|"
                + "-c:v|libx264|-preset|ultrafast|-threads|1|"
            + "-force_key_frames|0.7,1.9,2.2,4|-g|999|-hls_time|0.2|-hls_playlist_type|vod", 5
        },
        {
            "names with spaces and other letters",
            $"{Input}|{Codecs}|-hls_time|1|-hls_playlist_type|vod|"
                + "-hls_segment_filename|Stück 名前 %d.ts", 4
        },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Everything_arrives_and_decodes(string kind, string arguments, int segments)
    {
        Ffmpeg.Require();
        Assert.NotEmpty(kind);
        await Ffmpeg.RunAsync(_folder.Path, $"{arguments}|-f|hls|list.m3u8", Token);
        await using var origin = await OriginServer.StartAsync(
            _folder.Path, cancellationToken: Token);
        var path = Path.Combine(_folder.Path, "list.m3u8");
        foreach (var name in (string[])[path, new Uri(origin.BaseUri, "list.m3u8").AbsoluteUri])
        {
            var stream = await FolderStream.OpenAsync(name, Token);
            await using var gateway = await GatewayServer.StartAsync(
                stream, new GatewayOptions(), Token);
            using var http = new HttpClient { BaseAddress = gateway.PageUri };
            Assert.Equal(segments, await PlaylistComparison.CompareAsync(http, path, Token));
            await Ffmpeg.DecodeAsync(gateway.PlaylistUri, Token);
        }
    }

    [Fact]
    public async Task Encrypted_segments_stay_so_and_their_key_comes_from_the_origin()
    {
        Ffmpeg.Require();
        _folder.Write("key.bin", RandomNumberGenerator.GetBytes(16));
        _folder.Write("key.info", "key.bin", Path.Combine(_folder.Path, "key.bin"));
        await Ffmpeg.RunAsync(
            _folder.Path,
            $"{Input}|{Codecs}|-hls_time|1|-hls_playlist_type|vod|"
                + "-hls_key_info_file|key.info|-f|hls|list.m3u8", Token);
        await using var origin = await OriginServer.StartAsync(
            _folder.Path, cancellationToken: Token);
        var stream = await FolderStream.OpenAsync(
            new Uri(origin.BaseUri, "list.m3u8").AbsoluteUri, Token);
        Assert.DoesNotContain("key.bin", origin.Resources.Keys);
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        using var http = new HttpClient { BaseAddress = gateway.PageUri };
        Assert.Equal(
            4, await PlaylistComparison.CompareAsync(
                http, Path.Combine(_folder.Path, "list.m3u8"), Token));
        await Ffmpeg.DecodeAsync(gateway.PlaylistUri, Token);
        Assert.Contains("key.bin", origin.Resources.Keys);
    }

    [Fact]
    public async Task The_sample_decodes_from_the_gateway()
    {
        Ffmpeg.Require();
        var stream = await FolderStream.OpenAsync(SampleMedia.Master, Token);
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        await Ffmpeg.DecodeAsync(gateway.PlaylistUri, Token);
    }
}
