using System.Globalization;
using Spectre.Console;

namespace P2PStream.Tool.Demo;

/// <summary>The end of a demo for people: the table once more, and what it comes to.</summary>
internal static class DemoSummary
{
    public static void Write(
        IAnsiConsole console, IReadOnlyList<IDemoViewer> viewers, DemoReport report)
    {
        // Lines that a redirected output would break are worth more than its assumed 80 columns.
        if (!console.Profile.Capabilities.Interactive) console.Profile.Width = 200;
        console.Write(DemoTable.Of(viewers, console.Profile.Width));
        foreach (var line in Lines(report)) console.WriteLine(line);
    }

    private static IEnumerable<string> Lines(DemoReport report)
    {
        foreach (var failed in report.PerViewer.Append(report.LateViewer).OfType<ViewerReport>())
        {
            if (failed.Error is not null) yield return $"{failed.Name}: {failed.Error}";
            else if (!failed.Complete) yield return $"{failed.Name}: did not play everything";
        }

        var noun = report.Viewers == 1 ? "viewer" : "viewers";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{report.Viewers} {noun}: {report.Offload * 100:0.0} % came from other viewers, "
            + $"the origin sent {report.OriginCopies:0.00} copies;");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{report.Stalls} stalls ({report.StallMs:0} ms), start-up {report.StartupMsP50:0} ms "
            + $"(95 %: {report.StartupMsP95:0} ms), {report.RejectedBlocks} blocks rejected.");
        if (report.StallReasons.Count > 0)
            yield return $"Stalls because of: {ReasonText.Of(report.StallReasons)}.";
        if (report.OriginReasons.Count > 0)
            yield return $"Origin asked because of: {ReasonText.Of(report.OriginReasons, "blocks")}.";
        yield return report.Complete
            ? "Everyone played everything, verified."
            : "Not everyone played everything.";
    }
}
