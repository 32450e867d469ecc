using System.Diagnostics;
using System.Security.Cryptography;

namespace P2PStream.Tool.Tests;

/// <summary>A file much larger than what a node keeps in memory, from one process to
/// another.</summary>
public sealed class LongFileTests
{
    private const int Chunk = 1 << 20;
    private const int Chunks = 300;

    [Fact]
    public async Task Three_hundred_megabytes_arrive_byte_for_byte()
    {
        LongRun.Require();
        using var folder = new TemporaryFolder();
        var chunk = new byte[Chunk];
        var random = new Random(300);
        await using (var file = File.Create(folder["large.bin"]))
        {
            for (var i = 0; i < Chunks; i++)
            {
                random.NextBytes(chunk);
                await file.WriteAsync(chunk, TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal(0, (await ToolProcess.RunAsync("keygen", "--out", folder["my.key"])).ExitCode);
        await using var publisher = ToolProcess.Start(
            "publish", folder["large.bin"], "--key", folder["my.key"], "--name", "large");
        var link = await publisher.ReadLineAsync();
        var clock = Stopwatch.StartNew();
        var result = await ToolProcess.RunAsync("watch", link, "--output", folder["copy.bin"]);
        Assert.True(result.ExitCode == 0, result.Errors);
        LongRun.Tell($"a file of {Chunks} MiB: {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(await HashAsync(folder["large.bin"]), await HashAsync(folder["copy.bin"]));
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(
            await SHA256.HashDataAsync(file, TestContext.Current.CancellationToken));
    }
}
