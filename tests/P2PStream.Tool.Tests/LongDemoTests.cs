using System.Globalization;
using System.Text.Json;

namespace P2PStream.Tool.Tests;

/// <summary>The demo whole, held against what it is to reach. Minutes of play: in the long form
/// only.</summary>
public sealed class LongDemoTests
{
    private const long MostResidentBytes = 150_000_000;

    /// <summary>Of all viewers together, in 350 s of play: what a busy machine may cost.</summary>
    private const double MostStalledMs = 2000;

    [Fact]
    public async Task Five_seconds_apart_viewers_get_nearly_everything_from_each_other()
    {
        var report = await RunAsync("5 s apart", "--spacing", "5");
        Assert.InRange(Number(report, "offload"), 0.85, 1);
        Assert.InRange(Number(report, "originCopies"), 0.5, 1.5);
        Assert.Equal(0, Number(report, "stalls"));
        AssertAllButTheLastServe(report);
    }

    [Fact]
    public async Task An_origin_with_the_upload_for_one_and_a_half_serves_eight()
    {
        // 1.5 times what the played tracks of the sample take.
        var report = await RunAsync("origin capped", "--origin-cap", "1135000");
        Assert.InRange(Number(report, "offload"), 0.80, 1);
        Assert.InRange(Number(report, "originCopies"), 0.5, 1.2);
        Assert.InRange(Number(report, "stallMs"), 0, MostStalledMs);
    }

    [Fact]
    public async Task A_viewer_with_eight_links_stays_small()
    {
        var report = await RunAsync("processes", "--processes");
        var viewers = report.GetProperty("perViewer").EnumerateArray()
            .Append(report.GetProperty("lateViewer"));
        long[] peaks =
            [.. viewers.Select(viewer => viewer.GetProperty("residentBytes").GetInt64())];
        LongRun.Tell(string.Create(CultureInfo.InvariantCulture,
            $"a viewer's peak resident memory: {peaks.Min() / 1e6:0} to {peaks.Max() / 1e6:0} MB"));
        Assert.All(peaks, peak => Assert.InRange(peak, 1, MostResidentBytes));
    }

    private static async Task<JsonElement> RunAsync(string title, params string[] arguments)
    {
        LongRun.Require();
        var result = await ToolProcess.RunAsync(["demo", "--json", .. arguments]);
        Assert.True(result.ExitCode == 0, result.OutputText + result.Errors);
        using var json = JsonDocument.Parse(result.OutputText);
        var report = json.RootElement.Clone();
        LongRun.Tell($"demo, {title}: " + string.Join(", ",
            new[] { "offload", "originCopies", "stalls", "stallMs", "startupMsP50", "startupMsP95" }
                .Select(name => $"{name} {report.GetProperty(name)}")));
        Assert.Equal(0, Number(report, "rejectedBlocks"));
        return report;
    }

    private static void AssertAllButTheLastServe(JsonElement report) => Assert.All(
        report.GetProperty("perViewer").EnumerateArray().SkipLast(1),
        viewer => Assert.True(Number(viewer, "bytesServed") > 0, viewer.ToString()));

    private static double Number(JsonElement element, string name) =>
        element.GetProperty(name).GetDouble();
}
