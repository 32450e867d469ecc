using P2PStream.Tool.Demo;
using Spectre.Console;

namespace P2PStream.Tool.Tests;

/// <summary>The table fits its screen, whatever the figures.</summary>
public sealed class DemoTableTests
{
    private static readonly ViewerSnapshot Much = new()
    {
        Status = PlayerStatus.Stalled,
        PositionMs = 3_599_900,
        BufferedMs = 30_000,
        StartupMs = 12_345,
        BytesDelivered = 1L << 33,
        BytesFromViewers = 1L << 33,
        BytesServed = 1023 * 1024,
        Peers = 64,
    };

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(140)]
    [InlineData(200)]
    public void Every_viewer_has_one_line_within_the_screen(int width)
    {
        IDemoViewer[] viewers =
        [
            .. Enumerable.Range(1, 12).Select(i => new Viewer($"viewer-{i}", false, Much)),
            new Viewer("late", true, new ViewerSnapshot { Complete = true }),
        ];
        var lines = Draw(viewers, width);

        // Frame, head, line, twelve viewers, an empty one, all, the late one, frame.
        Assert.Equal(19, lines.Length);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
        Assert.All(lines, line => Assert.DoesNotContain('…', line));
        Assert.Contains("offload", lines[1], StringComparison.Ordinal);
        Assert.Contains(" all ", lines[^3], StringComparison.Ordinal);
        Assert.Contains("0/12 done", lines[^3], StringComparison.Ordinal);
        Assert.Contains(" late ", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_wider_screen_shows_more()
    {
        IDemoViewer[] viewers = [new Viewer("viewer-1", false, Much)];
        Assert.DoesNotContain("links", Draw(viewers, 80)[1], StringComparison.Ordinal);
        Assert.Contains("links", Draw(viewers, 200)[1], StringComparison.Ordinal);
    }

    private static string[] Draw(IDemoViewer[] viewers, int width)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        console.Write(DemoTable.Of(viewers, width));
        return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed record Viewer(string Name, bool IsLate, ViewerSnapshot Snapshot) : IDemoViewer
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
