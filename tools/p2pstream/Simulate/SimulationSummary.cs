using System.Globalization;
using P2PStream.Simulation;
using Spectre.Console;

namespace P2PStream.Tool.Simulate;

/// <summary>A run in a table for people.</summary>
internal static class SimulationSummary
{
    public static void Write(IAnsiConsole console, SimulationReport report)
    {
        // Lines that a redirected output would break are worth more than its assumed 80 columns.
        if (!console.Profile.Capabilities.Interactive) console.Profile.Width = 200;
        var table = new Table().Border(TableBorder.Rounded).HideHeaders();
        table.AddColumns("what", "value");
        foreach (var (what, value) in Lines(report)) table.AddRow(what, Markup.Escape(value));
        console.Write(table);
    }

    private static IEnumerable<(string What, string Value)> Lines(SimulationReport report)
    {
        yield return ("run", $"{report.Scenario}, seed {report.Seed}, picker {report.Picker}");
        yield return ("event hash", $"{report.EventHash} of {report.Events} events");
        yield return ("viewers", Text(
            $"{report.Viewers}, {report.NeverStarted} never started; {report.Seconds:0} s"));
        yield return ("start-up", Text(
            $"{report.StartUpSeconds.P50:0.00} s (95 %: {report.StartUpSeconds.P95:0.00} s)"));
        if (report.LatencySeconds.Count > 0)
            yield return ("behind live", Text(
                $"{report.LatencySeconds.P50:0.00} s (95 %: {report.LatencySeconds.P95:0.00} s)"));
        if (report.FullSpreadSeconds.Count > 0)
            yield return ("spread of a segment", Text(
                $"half of the viewers after {report.HalfSpreadSeconds.P50:0.00} s, 99 % after {report.FullSpreadSeconds.P50:0.00} s"));
        if (report.Discovery is { } dht)
            yield return ("DHT", Text(
                $"first peer after {dht.FirstPeerSeconds.P50:0.00} s (95 %: {dht.FirstPeerSeconds.P95:0.00} s); {dht.Datagrams} datagrams, {dht.LostDatagrams} lost, {dht.Bytes / 1e6:0.0} MB"));
        yield return ("stalls", Text(
            $"{report.Stalls}, {report.StalledSeconds:0.0} s, {report.StallRatio * 100:0.000} % of the time"));
        if (report.StallReasons.Count > 0)
            yield return ("stalls because of", ReasonText.Of(report.StallReasons));
        if (report.SeekSeconds.Count > 0)
            yield return ("seeks", Text(
                $"{report.SeekSeconds.Count}, {report.SeekSeconds.P50:0.00} s (95 %: {report.SeekSeconds.P95:0.00} s), {report.SeekOverBound.P50:0.00} times what peers' data takes at least (95 %: {report.SeekOverBound.P95:0.00})"));
        yield return ("offload", Text($"{report.Offload * 100:0.0} %"));
        yield return ("origin", Text(
            $"{report.OriginCopies:0.00} copies a segment, {report.OriginRequests} requests"));
        if (report.OriginReasons.Count > 0)
            yield return ("origin asked because of", ReasonText.Of(report.OriginReasons, "blocks"));
        yield return ("bytes", Text(
            $"{report.DeliveredBytes / 1e6:0.0} MB, wasted {report.WastedBytes / 1e6:0.0} MB, asked twice {report.HedgedBytes / 1e6:0.0} MB, rejected {report.RejectedBytes / 1e6:0.0} MB, {report.LateBlocks} blocks late"));
        yield return ("rate", Text(
            $"{report.AchievedBitsPerSecond / 1e6:0.00} Mbit/s, {report.RateOverBound * 100:0.0} % of the bound"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
