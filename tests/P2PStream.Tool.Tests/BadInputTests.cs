using System.Net;
using System.Net.Sockets;

namespace P2PStream.Tool.Tests;

/// <summary>Whatever a user gets wrong is told in one line, with an exit code, and leaves nothing
/// behind.</summary>
public sealed class BadInputTests
{
    private const string Key = "p2pstream-key:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private const string Link = "p2pstream:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/x";

    [Theory]
    [InlineData("", "command")]
    [InlineData("fly", "fly")]
    [InlineData("keygen", "--out")]
    [InlineData("keygen --out {folder}/none/my.key", "there is no folder {folder}/none")]
    [InlineData("keygen --out {folder}", "is a folder")]
    [InlineData("publish {file}", "--key")]
    [InlineData("publish {file} --key {key}", "--name")]
    [InlineData("publish {file} --key {key} --name x --fly", "--fly")]
    [InlineData("publish {folder}/none.m3u8 --key {key} --name x", "none.m3u8")]
    [InlineData("publish {playlist} --key {folder}/none.key --name x", "none.key")]
    [InlineData("publish {playlist} --key {playlist} --name x", "holds no key")]
    [InlineData("publish {playlist} --key {folder} --name x", "is a folder, not a key file")]
    [InlineData("publish {folder} --key {key} --name x", "{folder} is a folder")]
    [InlineData("publish ftp://x/foo.m3u8 --key {key} --name x", "only files, and http and https URLs")]
    [InlineData("publish {broken} --key {key} --name x", "broken.m3u8")]
    [InlineData("publish {noplaylist} --key {key} --name x", "not a playlist")]
    [InlineData("publish {dangling} --key {key} --name x", "gone.ts")]
    [InlineData("publish {file} --key {key} --name x --listen nonsense", "--listen")]
    [InlineData("publish {file} --key {key} --name x --listen 127.0.0.1:99999", "--listen")]
    [InlineData("publish {file} --key {key} --name x --listen 192.0.2.1:0", "192.0.2.1")]
    [InlineData("publish {file} --key {key} --name x --listen-ipv6 127.0.0.1",
        "--listen-ipv6: '127.0.0.1' is no IPv6 address")]
    [InlineData("publish {file} --key {key} --name x --listen-ipv6 [::1]:5",
        "--listen-ipv6: '[::1]:5' is no IPv6 address")]
    [InlineData("publish {file} --key {key} --name x --listen [::1]:0 --listen-ipv6 ::1",
        "--listen-ipv6: --listen is of IPv6 already")]
    [InlineData("publish {file} --key {key} --name x --listen 127.0.0.1:0 --listen-ipv6 2001:db8::1",
        "--listen-ipv6 2001:db8::1: this machine has no such address")]
    [InlineData("publish {file} --key {key} --name x --bootstrap nonsense", "--bootstrap")]
    [InlineData("publish {file} --key {key} --name x --origin nonsense", "--origin")]
    [InlineData("watch", "LINK")]
    [InlineData("watch nonsense --output {folder}/out", "not a link")]
    [InlineData("watch p2pstream:short/x --output {folder}/out", "not a link")]
    [InlineData("watch {link}", "--output")]
    [InlineData("watch {link} --output {folder}/none/out", "none")]
    [InlineData("watch {link} --output {folder}", "is a folder")]
    [InlineData("watch {link} --output {file}", "{file} exists already; --force overwrites it")]
    [InlineData("watch {link} --output - --http 127.0.0.1:0", "standard output")]
    [InlineData("watch {link} --http nonsense", "--http")]
    [InlineData("watch {link} --output {folder}/out --timeout 0", "--timeout")]
    [InlineData("watch {link} --output {folder}/out --ahead 0", "--ahead")]
    [InlineData("watch {link} --output {folder}/out --store {folder}/s:5", "--store")]
    [InlineData("watch {link} --output {folder}/out --store {folder}/s:banana",
        "--store: 'banana' is no size; FOLDER:SIZE such as cache:4G")]
    [InlineData("watch {link} --output {folder}/out --store {file}", "{file} is a file")]
    [InlineData("watch {link} --output {folder}/out --upload-limit 1000", "--upload-limit")]
    [InlineData("watch {link} --output {folder}/out --download-limit -1", "--download-limit")]
    [InlineData("publish {file} --key {key} --name x --upload-limit fast",
        "--upload-limit: 'fast' is no whole number. The most that a node sends")]
    [InlineData("watch {link} --output {folder}/out --timeout soon", "'soon' is no number")]
    [InlineData("demo --download-limit 131071", "--download-limit")]
    [InlineData("demo --ahead -5", "--ahead")]
    [InlineData("demo --ahead 3601", "--ahead")]
    [InlineData("demo --viewers 0", "--viewers: between 1 and 200")]
    [InlineData("demo --viewers many", "--viewers")]
    [InlineData("demo --spacing -1", "--spacing")]
    [InlineData("demo --origin-cap -1", "--origin-cap")]
    [InlineData("demo --source {folder}/none.m3u8", "none.m3u8")]
    [InlineData("demo --source http://127.0.0.1:9/x.m3u8 --origin-cap 1000", "--origin-cap")]
    [InlineData("dht ping nonsense", "HOST:PORT: 'nonsense' is not HOST:PORT")]
    [InlineData("dht ping 127.0.0.1:0", "port 0")]
    [InlineData("dht get_peers 12 --bootstrap 127.0.0.1:1", "HASH: '12' is neither 40")]
    [InlineData("dht get_peers 0123456789abcdef0123456789abcdef01234567", "--bootstrap")]
    [InlineData("dht find xyz --bootstrap 127.0.0.1:1", "ID: 'xyz' is not 40 hexadecimal digits")]
    [InlineData("dht get 12 --bootstrap 127.0.0.1:1", "TARGET: '12' is neither a target")]
    [InlineData("dht get 0123456789abcdef0123456789abcdef01234567 --bootstrap 127.0.0.1:1 --salt "
        + "01234567890123456789012345678901234567890123456789012345678901234",
        "--salt: at most 64 bytes, and these are 65")]
    [InlineData("dht put --bootstrap 127.0.0.1:1", "either TEXT or --file")]
    [InlineData("dht put x --salt s --bootstrap 127.0.0.1:1", "--salt: only a mutable item")]
    [InlineData("dht put x --bencoded --bootstrap 127.0.0.1:1", "not canonical bencoding")]
    [InlineData("dht put --file {playlist}.none --bootstrap 127.0.0.1:1", "there is no file")]
    [InlineData("dht put x --key {file} --bootstrap 127.0.0.1:1", "holds no key")]
    [InlineData("dht stats --bootstrap 127.0.0.1:1 --timeout 0", "--timeout")]
    [InlineData("simulate", "name a scenario")]
    [InlineData("simulate nosuch", "no scenario or file 'nosuch'")]
    [InlineData("simulate {broken}", "broken.m3u8")]
    [InlineData("simulate vod-small --peers 0", "--peers: between 1 and")]
    [InlineData("simulate vod-small --peers many", "--peers: 'many' is no whole number. Nodes of the audience")]
    [InlineData("simulate vod-small --seed -1", "--seed: '-1' is no whole number from 0 on.")]
    [InlineData("simulate vod-small --plot run.gif", ".svg")]
    [InlineData("simulate vod-small --plot {folder}/none/run.svg", "there is no folder {folder}/none")]
    [InlineData("simulate vod-small --seeds 2", "--seeds: of a comparison only")]
    [InlineData("simulate vod-small --pickers rqbit", "--pickers: of a comparison only")]
    [InlineData("simulate vod-small --compare --cost", "--cost: of one run only")]
    [InlineData("simulate vod-small --compare --plot run.svg", "--plot")]
    [InlineData("simulate vod-small --compare --seeds 0", "--seeds: between 1 and 100")]
    [InlineData("simulate vod-small --compare --pickers best", "'best' is none of")]
    public async Task Is_told_in_one_line(string commandLine, string contains)
    {
        using var folder = new TemporaryFolder();
        var before = Fill(folder);
        var result = await ToolProcess.RunAsync(Arguments(commandLine, folder));
        result.AssertOneErrorLine(ExitCode.BadInput, Fill(contains, folder));
        Assert.Equal(before, Entries(folder));
    }

    [Fact]
    public async Task A_store_that_cannot_be_made_is_told_by_its_own_name()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a folder where nothing can be made");
        using var folder = new TemporaryFolder();
        var result = await ToolProcess.RunAsync(
            "watch", Link, "--output", folder["out"], "--store", "/proc/nope:4G");
        result.AssertOneErrorLine(
            ExitCode.BadInput, "the folder /proc/nope cannot be made: nothing can be made in /proc");
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var folder = new TemporaryFolder();
        Fill(folder);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var endPoint = taken.LocalEndpoint.ToString()!;
        var result = await ToolProcess.RunAsync(
            "publish", folder["file.bin"], "--key", folder["my.key"], "--name", "x",
            "--listen", endPoint);
        result.AssertOneErrorLine(ExitCode.BadInput, endPoint);
    }

    [Fact]
    public async Task A_bootstrap_node_that_does_not_answer_is_named()
    {
        using var folder = new TemporaryFolder();
        Fill(folder);
        // Bound and silent: nobody answers here, and nobody else can take the port meanwhile.
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var endPoint = silent.Client.LocalEndPoint!.ToString()!;
        var result = await ToolProcess.RunAsync(
            "publish", folder["file.bin"], "--key", folder["my.key"], "--name", "x",
            "--bootstrap", endPoint);
        result.AssertOneErrorLine(ExitCode.Failed, endPoint, $"asking {endPoint} for DHT nodes…");
    }

    [Fact]
    public async Task A_silent_node_is_given_up_by_every_question_to_the_DHT()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var endPoint = silent.Client.LocalEndPoint!.ToString()!;
        var ping = ToolProcess.RunAsync("dht", "ping", endPoint, "--timeout", "1");
        var stats = ToolProcess.RunAsync("dht", "stats", "--bootstrap", endPoint, "--timeout", "1");
        (await ping).AssertOneErrorLine(
            ExitCode.Failed, $"no DHT node answers at {endPoint} in 1 s");
        (await stats).AssertOneErrorLine(
            ExitCode.Failed, $"--bootstrap: no DHT node answers at {endPoint} in 1 s");
    }

    [Fact]
    public async Task A_timeout_holds_for_bootstrap_nodes_too()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var endPoint = silent.Client.LocalEndPoint!.ToString()!;
        var result = await ToolProcess.RunAsync(
            "watch", Link, "--output", "-", "--bootstrap", endPoint, "--timeout", "1");

        result.AssertOneErrorLine(
            ExitCode.Failed, $"no DHT node answers at {endPoint} in 1 s",
            $"asking {endPoint} for DHT nodes…");
    }

    [Fact]
    public async Task A_gateway_port_in_use_is_told_before_anybody_is_looked_for()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var endPoint = taken.LocalEndpoint.ToString()!;
        var result = await ToolProcess.RunAsync("watch", Link, "--http", endPoint);
        result.AssertOneErrorLine(ExitCode.BadInput, $"--http {endPoint}: the port is in use");
    }

    [Fact]
    public async Task A_stream_that_nobody_has_is_given_up_and_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        var result = await ToolProcess.RunAsync(
            "watch", Link, "--output", folder["out"], "--timeout", "1");
        result.AssertOneErrorLine(ExitCode.Failed, "nobody", "looking for viewers of x…");
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static string[] Fill(TemporaryFolder folder)
    {
        folder.CopySample(segments: 1);
        folder.Write("my.key", Key + "\n");
        folder.Write("broken.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:x\n#EXTINF:,\n");
        folder.Write(
            "dangling.m3u8",
            "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\ngone.ts\n#EXT-X-ENDLIST\n");
        folder.Write("noplaylist.m3u8", "hello\n");
        folder.WriteBytes("file.bin", 1000);
        return Entries(folder);
    }

    private static string[] Entries(TemporaryFolder folder) =>
        [.. Directory.GetFileSystemEntries(folder.Path).Order(StringComparer.Ordinal)];

    private static string[] Arguments(string commandLine, TemporaryFolder folder) =>
        [.. commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => Fill(word, folder))];

    private static string Fill(string text, TemporaryFolder folder) => text
        .Replace("{folder}", folder.Path, StringComparison.Ordinal)
        .Replace("{key}", folder["my.key"], StringComparison.Ordinal)
        .Replace("{link}", Link, StringComparison.Ordinal)
        .Replace("{playlist}", folder["index.m3u8"], StringComparison.Ordinal)
        .Replace("{broken}", folder["broken.m3u8"], StringComparison.Ordinal)
        .Replace("{noplaylist}", folder["noplaylist.m3u8"], StringComparison.Ordinal)
        .Replace("{dangling}", folder["dangling.m3u8"], StringComparison.Ordinal)
        .Replace("{file}", folder["file.bin"], StringComparison.Ordinal);
}
