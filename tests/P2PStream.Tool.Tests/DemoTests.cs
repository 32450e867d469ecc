using System.Text.Json;

namespace P2PStream.Tool.Tests;

/// <summary>A small demo, whole: it plays, it counts, and its sums add up.</summary>
public sealed class DemoTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Everyone_plays_everything(bool processes)
    {
        using var folder = new TemporaryFolder();
        var playlist = folder.CopySample(segments: 3);
        string[] arguments =
            ["demo", "--viewers", "3", "--spacing", "0.5", "--source", playlist, "--json"];

        var result = await ToolProcess.RunAsync(
            processes ? [.. arguments, "--processes"] : arguments);

        Assert.True(result.ExitCode == 0, result.OutputText + result.Errors);
        using var json = JsonDocument.Parse(result.OutputText);
        var report = json.RootElement;
        var viewers = report.GetProperty("perViewer").EnumerateArray().ToArray();
        Assert.Equal(3, report.GetProperty("viewers").GetInt32());
        Assert.Equal(3, viewers.Length);
        Assert.True(report.GetProperty("complete").GetBoolean());
        Assert.Equal(0, report.GetProperty("rejectedBlocks").GetInt64());
        Assert.InRange(report.GetProperty("offload").GetDouble(), 0, 1);
        Assert.All(viewers, viewer => Assert.Equal(3, viewer.GetProperty("segments").GetInt32()));
        Assert.All(viewers.Append(report.GetProperty("lateViewer")), AssertAddsUp);
        string[] sums = ["segments", "bytesDelivered", "bytesFromViewers", "bytesFromOrigin"];
        foreach (var name in sums)
            Assert.Equal(
                report.GetProperty(name).GetInt64(),
                viewers.Sum(viewer => viewer.GetProperty(name).GetInt64()));
        Assert.Equal(0, report.GetProperty("bytesFromPublisher").GetInt64());
        string[] counts = ["stalls", "stallMs", "startupMsP50", "startupMsP95", "durationMs"];
        foreach (var name in counts)
            Assert.True(report.GetProperty(name).GetDouble() >= 0, name);
    }

    [Fact]
    public async Task Plain_lines_tell_the_same_when_nobody_is_at_a_terminal()
    {
        using var folder = new TemporaryFolder();
        var result = await ToolProcess.RunAsync(
            "demo", "--viewers", "1", "--source", folder.CopySample(segments: 1));
        Assert.True(result.ExitCode == 0, result.OutputText + result.Errors);
        Assert.Contains(
            "Everyone played everything, verified.", result.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain('\x1b', result.OutputText);
    }

    [Fact]
    public async Task The_page_stays_until_told_to_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a signal that Windows has not");
        using var folder = new TemporaryFolder();
        await using var demo = ToolProcess.Start(
            "demo", "--viewers", "1", "--source", folder.CopySample(segments: 1), "--serve");
        var line = await demo.ReadLineAsync();
        while (!line.Contains("page: ", StringComparison.Ordinal))
            line = await demo.ReadLineAsync();
        while (line != "Everyone played everything, verified.") line = await demo.ReadLineAsync();

        var page = new Uri(await demo.ReadErrorAfterAsync("page: "));
        using var http = new HttpClient();
        var html = await http.GetStringAsync(page, TestContext.Current.CancellationToken);
        Assert.Contains("<html", html, StringComparison.OrdinalIgnoreCase);

        demo.Interrupt();
        Assert.Equal(ExitCode.Interrupted, (await demo.FinishAsync()).ExitCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ctrl_C_ends_it_with_all_its_processes(bool processes)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a signal that Windows has not");
        using var folder = new TemporaryFolder();
        string[] arguments = ["demo", "--viewers", "2", "--source", folder.CopySample(segments: 2)];
        await using var demo =
            ToolProcess.Start(processes ? [.. arguments, "--processes"] : arguments);
        while (!(await demo.ReadLineAsync()).EndsWith("viewer-2 joins", StringComparison.Ordinal))
        {
        }

        demo.Interrupt();
        var result = await demo.FinishAsync();
        Assert.Equal(ExitCode.Interrupted, result.ExitCode);
        Assert.Empty(result.Errors);
    }

    private static void AssertAddsUp(JsonElement viewer)
    {
        Assert.Equal(JsonValueKind.Null, viewer.GetProperty("error").ValueKind);
        Assert.Equal(
            viewer.GetProperty("bytesDelivered").GetInt64(),
            viewer.GetProperty("bytesFromViewers").GetInt64()
                + viewer.GetProperty("bytesFromPublisher").GetInt64()
                + viewer.GetProperty("bytesFromOrigin").GetInt64());
        Assert.True(viewer.GetProperty("bytesServed").GetInt64() >= 0);
    }
}
