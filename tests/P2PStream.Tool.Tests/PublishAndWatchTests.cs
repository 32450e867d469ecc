using System.Net;
using System.Net.Sockets;
using P2PStream.Protocol;

namespace P2PStream.Tool.Tests;

/// <summary>Separate processes find each other and stream.</summary>
public sealed class PublishAndWatchTests
{
    private const int SeveralPieces = 3_000_007;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_arrives_byte_for_byte()
    {
        using var folder = new TemporaryFolder();
        var sent = folder.WriteBytes("film.bin", SeveralPieces);
        await using var publisher = await PublishAsync(folder, folder["film.bin"]);

        var result = await ToolProcess.RunAsync(
            "watch", publisher.Link, "--output", folder["copy.bin"]);

        Assert.Equal(
            [
                "looking for viewers of test film…",
                $"wrote {folder["copy.bin"]}: {SeveralPieces} bytes, 0 % of it from other viewers",
            ],
            result.ErrorLines);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(sent, await File.ReadAllBytesAsync(folder["copy.bin"], Token));
        Assert.Equal(["copy.bin", "film.bin", "my.key"], Names(folder));
    }

    [Fact]
    public async Task A_limit_in_bits_per_second_holds()
    {
        using var folder = new TemporaryFolder();
        var sent = folder.WriteBytes("film.bin", 1_000_000);
        await using var publisher = await PublishAsync(folder, folder["film.bin"]);
        var start = TimeProvider.System.GetTimestamp();

        // 1 MB at 8 Mbit/s take a second, of which a burst comes at once.
        var result = await ToolProcess.RunAsync(
            "watch", publisher.Link, "--output", "-", "--download-limit", "8000000");
        var taken = TimeProvider.System.GetElapsedTime(start);
        Assert.Equal(sent, result.Output);
        Assert.InRange(taken, TimeSpan.FromSeconds(0.85), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_file_can_be_piped()
    {
        using var folder = new TemporaryFolder();
        var sent = folder.WriteBytes("film.bin", 100_000);
        await using var publisher = await PublishAsync(folder, folder["film.bin"]);
        var result = await ToolProcess.RunAsync("watch", publisher.Link, "--output", "-");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(sent, result.Output);
    }

    [Fact]
    public async Task A_pipe_that_nobody_reads_any_more_ends_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not tell");
        using var folder = new TemporaryFolder();
        var sent = folder.WriteBytes("film.bin", SeveralPieces);
        await using var publisher = await PublishAsync(folder, folder["film.bin"]);
        await using var watch = ToolProcess.Start("watch", publisher.Link, "--output", "-");

        var result = await watch.ReadAndLeaveAsync(1000);

        Assert.Equal(sent[..1000], result.Output);
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Equal(
            "p2pstream: standard output was closed by its reader; the stream is incomplete",
            result.ErrorLines[^1]);
    }

    [Fact]
    public async Task A_file_is_overwritten_by_force_only()
    {
        using var folder = new TemporaryFolder();
        var sent = folder.WriteBytes("film.bin", 1000);
        folder.Write("copy.bin", "precious");
        await using var publisher = await PublishAsync(folder, folder["film.bin"]);
        string[] watch = ["watch", publisher.Link, "--output", folder["copy.bin"]];

        var refused = await ToolProcess.RunAsync(watch);
        refused.AssertOneErrorLine(ExitCode.BadInput, "exists already; --force overwrites it");
        Assert.Equal("precious", await File.ReadAllTextAsync(folder["copy.bin"], Token));

        Assert.Equal(0, (await ToolProcess.RunAsync([.. watch, "--force"])).ExitCode);
        Assert.Equal(sent, await File.ReadAllBytesAsync(folder["copy.bin"], Token));
        Assert.Equal(["copy.bin", "film.bin", "my.key"], Names(folder));
    }

    [Fact]
    public async Task Sound_that_is_a_track_of_its_own_is_told_to_be_missing()
    {
        using var folder = new TemporaryFolder();
        var sample = Path.Combine(AppContext.BaseDirectory, "media", "master.m3u8");
        await using var publisher = await PublishAsync(folder, sample);

        var result = await ToolProcess.RunAsync(
            "watch", publisher.Link, "--output", folder["film.mp4"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(3, result.ErrorLines.Length);
        Assert.Equal(
            "the sound is a track of its own and is not in this file: --http plays both",
            result.ErrorLines[1]);
    }

    [Fact]
    public async Task A_playlist_comes_out_in_play_order()
    {
        using var folder = new TemporaryFolder();
        var playlist = folder.CopySample(segments: 3);
        var expected = Directory.GetFiles(folder.Path, "*.mp4")
            .Concat(Directory.GetFiles(folder.Path, "*.m4s").Order(StringComparer.Ordinal))
            .SelectMany(File.ReadAllBytes).ToArray();
        await using var publisher = await PublishAsync(folder, playlist);

        var result = await ToolProcess.RunAsync(
            "watch", publisher.Link, "--output", folder["film.mp4"]);

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("sound", result.Errors, StringComparison.Ordinal);
        Assert.Equal(expected, await File.ReadAllBytesAsync(folder["film.mp4"], Token));
    }

    [Fact]
    public async Task The_gateway_is_announced_on_the_first_line()
    {
        using var folder = new TemporaryFolder();
        await using var publisher = await PublishAsync(folder, folder.CopySample(segments: 2));
        await using var watch = ToolProcess.Start("watch", publisher.Link, "--http", "127.0.0.1:0");

        var uri = new Uri(await watch.ReadLineAsync());
        using var http = new HttpClient();
        var text = await http.GetStringAsync(uri, Token);

        Assert.True(uri.IsLoopback);
        Assert.StartsWith("#EXTM3U", text, StringComparison.Ordinal);
        await AssertEndsCleanlyAsync(watch);
    }

    [Fact]
    public async Task A_gateway_port_in_use_is_named()
    {
        using var folder = new TemporaryFolder();
        folder.WriteBytes("film.bin", 1000);
        await using var publisher = await PublishAsync(folder, folder["film.bin"]);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var endPoint = taken.LocalEndpoint.ToString()!;
        var result = await ToolProcess.RunAsync("watch", publisher.Link, "--http", endPoint);
        result.AssertOneErrorLine(ExitCode.BadInput, endPoint);
    }

    [Fact]
    public async Task The_link_names_the_port_that_was_taken()
    {
        using var folder = new TemporaryFolder();
        folder.WriteBytes("film.bin", 1);
        await using var publisher = await PublishAsync(folder, folder["film.bin"]);
        Assert.True(StreamLink.TryParse(publisher.Link, out var link, out _));
        Assert.All(link.Peers, peer => Assert.NotEqual(0, IPEndPoint.Parse(peer).Port));
        Assert.NotEmpty(link.Peers);
    }

    [Fact]
    public async Task What_was_watched_is_kept_in_the_store()
    {
        using var folder = new TemporaryFolder();
        var sent = folder.WriteBytes("film.bin", 200_000);
        await using var publisher = await PublishAsync(folder, folder["film.bin"]);
        for (var i = 0; i < 2; i++)
        {
            var result = await ToolProcess.RunAsync("watch", publisher.Link,
                "--output", folder[$"copy{i}"], "--store", folder["kept"] + ":1G");
            Assert.Equal(0, result.ExitCode);
            Assert.Equal(sent, await File.ReadAllBytesAsync(
                folder[$"copy{i}"], TestContext.Current.CancellationToken));
        }

        Assert.Single(Directory.GetDirectories(folder["kept"]));
    }

    [Fact]
    public async Task Viewers_find_each_other_through_the_DHT_alone()
    {
        using var folder = new TemporaryFolder();
        var sent = folder.WriteBytes("film.bin", 200_000);
        await using var publisher = await PublishAsync(folder, folder["film.bin"]);
        Assert.True(StreamLink.TryParse(publisher.Link, out var link, out _));
        var withoutPeers = link with { Peers = [] };
        Assert.NotEmpty(withoutPeers.Bootstrap);

        var result = await ToolProcess.RunAsync(
            "watch", withoutPeers.ToString(), "--output", folder["copy.bin"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(sent, await File.ReadAllBytesAsync(folder["copy.bin"], Token));
    }

    [Fact]
    public async Task A_link_with_another_key_finds_nothing_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        folder.WriteBytes("film.bin", 1000);
        await using var publisher = await PublishAsync(folder, folder["film.bin"]);
        Assert.True(StreamLink.TryParse(publisher.Link, out var link, out _));
        var seed = new byte[RootKey.SeedBytes];
        using var other = RootKey.FromSeed(seed);
        var wrong = link with { Key = other.PublicKey };

        var result = await ToolProcess.RunAsync(
            "watch", wrong.ToString(), "--output", folder["copy.bin"], "--timeout", "2");

        result.AssertOneErrorLine(ExitCode.Failed, "nobody", "looking for viewers of test film…");
        Assert.Equal(["film.bin", "my.key"], Names(folder));
    }

    [Fact]
    public async Task A_publisher_that_is_gone_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        folder.WriteBytes("film.bin", 1000);
        string link;
        await using (var publisher = await PublishAsync(folder, folder["film.bin"]))
            link = publisher.Link;
        var result = await ToolProcess.RunAsync(
            "watch", link, "--output", folder["copy.bin"], "--timeout", "2");
        result.AssertOneErrorLine(ExitCode.Failed, "nobody", "looking for viewers of test film…");
        Assert.Equal(["film.bin", "my.key"], Names(folder));
    }

    [Fact]
    public async Task A_private_stream_is_for_those_who_have_the_whole_link()
    {
        using var folder = new TemporaryFolder();
        var sent = folder.WriteBytes("film.bin", SeveralPieces);
        await using var publisher =
            await PublishAsync(folder, folder["film.bin"], "--private");
        Assert.True(StreamLink.TryParse(publisher.Link, out var link, out _));
        Assert.NotNull(link.Secret);

        var outside = await ToolProcess.RunAsync(
            "watch", (link with { Secret = null }).ToString(), "--output", folder["none.bin"],
            "--timeout", "2");
        var inside = await ToolProcess.RunAsync(
            "watch", publisher.Link, "--output", folder["copy.bin"]);

        outside.AssertOneErrorLine(ExitCode.Failed, "nobody", "looking for viewers of test film…");
        Assert.Equal(0, inside.ExitCode);
        Assert.Equal(sent, await File.ReadAllBytesAsync(folder["copy.bin"], Token));
    }

    [Fact]
    public async Task Ctrl_C_ends_a_publisher_cleanly()
    {
        using var folder = new TemporaryFolder();
        folder.WriteBytes("film.bin", 1000);
        await using var publisher = await PublishAsync(folder, folder["film.bin"]);
        await AssertEndsCleanlyAsync(publisher.Tool);
    }

    private static async Task<Publisher> PublishAsync(
        TemporaryFolder folder, string source, params string[] options)
    {
        var made = await ToolProcess.RunAsync("keygen", "--out", folder["my.key"]);
        Assert.Equal(0, made.ExitCode);
        var tool =
            ToolProcess.Start(
                ["publish", source, "--key", folder["my.key"], "--name", "test film", .. options]);
        return new Publisher(tool, await tool.ReadLineAsync());
    }

    private static async Task AssertEndsCleanlyAsync(ToolProcess tool)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a signal that Windows has not");
        tool.Interrupt();
        var result = await tool.FinishAsync();
        Assert.Equal(ExitCode.Interrupted, result.ExitCode);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(TemporaryFolder folder) =>
        Directory.GetFileSystemEntries(folder.Path).Select(path => Path.GetFileName(path)!)
            .Order(StringComparer.Ordinal);

    private sealed record Publisher(ToolProcess Tool, string Link) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Tool.DisposeAsync();
    }
}
