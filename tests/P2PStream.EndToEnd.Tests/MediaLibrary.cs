using System.Collections.Concurrent;
using System.Security.Cryptography;

[assembly: AssemblyFixture(typeof(P2PStream.EndToEnd.Tests.MediaLibrary))]

namespace P2PStream.EndToEnd.Tests;

/// <summary>Small media, made by ffmpeg when first asked for, and gone with the test run.</summary>
public sealed class MediaLibrary : IDisposable
{
    private const string Sound = "-f lavfi -i sine=frequency=330:sample_rate=44100 ";

    private const string Input =
        "-f lavfi -i testsrc2=size=160x90:rate=25 " + Sound + "-t 4 ";

    private const string Codecs =
        "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -b:a 32k -threads 1 ";

    private const string EverySecond =
        Codecs + "-g 25 -sc_threshold 0 -f hls -hls_time 1 -hls_playlist_type vod ";

    private const string OtherInput =
        "-f lavfi -i mandelbrot=size=320x180:rate=30 " + Sound + "-t 2 ";

    private const string Appended = Codecs
        + "-g 25 -sc_threshold 0 -f hls -hls_time 1 -hls_list_size 0 -hls_flags append_list "
        + "-hls_segment_options mpegts_flags=+initial_discontinuity ";

    private readonly string _folder = Directory.CreateTempSubdirectory("p2pstream-media-").FullName;
    private readonly ConcurrentDictionary<MediaKind, Lazy<Task<TestMedia>>> _made = new();

    /// <summary>Media of a kind; the test is skipped where there is no ffmpeg.</summary>
    public async Task<TestMedia> GetAsync(MediaKind kind, CancellationToken cancellationToken)
    {
        Ffmpeg.Require();
        // What one test made is every test's: it must not go when that test is cancelled.
        var made = _made.GetOrAdd(kind, key => new(() => MakeAsync(key)));
        return await made.Value.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<TestMedia> MakeAsync(MediaKind kind)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, kind.ToString())).FullName;
        if (kind == MediaKind.Encrypted)
        {
            await File.WriteAllBytesAsync(
                Path.Combine(folder, "key.bin"), RandomNumberGenerator.GetBytes(16));
            await File.WriteAllLinesAsync(
                Path.Combine(folder, "key.info"), ["key.bin", Path.Combine(folder, "key.bin")]);
        }

        var playlist = kind switch
        {
            MediaKind.Master => "master.m3u8",
            MediaKind.Odd => "mein Film ñ.m3u8",
            _ => "list.m3u8",
        };
        await Ffmpeg.RunAsync(folder, Arguments(kind, playlist), CancellationToken.None);
        if (kind == MediaKind.Discontinuity)
            await Ffmpeg.RunAsync(
                folder, Words(OtherInput + Appended + playlist), CancellationToken.None);
        return new TestMedia(folder, playlist);
    }

    private static string[] Arguments(MediaKind kind, string playlist) => kind switch
    {
        MediaKind.Master =>
        [
            .. Words(Input + "-map 0:v -map 0:v -map 1:a " + EverySecond),
            .. Words("-b:v:0 100k -b:v:1 200k -s:v:0 160x90 -s:v:1 320x180"),
            .. Words("-hls_segment_type fmp4 -master_pl_name master.m3u8 -var_stream_map"),
            "v:0,agroup:sound v:1,agroup:sound a:0,agroup:sound,default:yes,name:sound",
            .. Words("-hls_segment_filename %v/part%d.m4s %v/index.m3u8"),
        ],
        MediaKind.TransportStream => Words(Input + EverySecond + playlist),
        MediaKind.Encrypted => Words(
            Input + EverySecond + "-hls_key_info_file key.info " + playlist),
        MediaKind.ByteRanges => Words(
            Input + EverySecond + "-hls_segment_type fmp4 -hls_flags single_file " + playlist),
        MediaKind.Discontinuity => Words(Input + Appended + playlist),
        MediaKind.Odd =>
        [
            .. Words("-f lavfi -i testsrc2=size=160x90:rate=24000/1001 " + Sound + "-t 5"),
            .. Words(Codecs + "-g 999 -force_key_frames 0.7,1.9,2.2,4"),
            .. Words("-f hls -hls_time 0.2 -hls_playlist_type vod -hls_segment_filename"),
            "Stück 名前 %d.ts", playlist,
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static string[] Words(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
