using System.Globalization;
using P2PStream.Simulation;

namespace P2PStream.Tool.Simulate;

/// <summary>A comparison in Markdown: a table a scenario, a line a policy.</summary>
internal sealed class PolicyTable(TextWriter output)
{
    private string? _scenario;

    public void Write(PolicyRow row)
    {
        if (row.Scenario != _scenario)
        {
            if (_scenario is not null) output.WriteLine();
            _scenario = row.Scenario;
            var seeds = row.Seeds.Count == 1 ? "one seed" : $"{row.Seeds.Count} seeds";
            output.WriteLine($"**{row.Scenario}**, {seeds}");
            output.WriteLine();
            output.WriteLine("| policy | start-up p50 / p95, s | stalls | stalled | seek p50 / p95, s "
                + "| of no use | asked twice | origin copies | offload | late blocks | rate / bound |");
            output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        }

        output.WriteLine(string.Join(" | ", Cells(row)) + " |");
        output.Flush();
    }

    private static IEnumerable<string> Cells(PolicyRow row)
    {
        var never = row.NeverStarted > 0 ? Text($", {row.NeverStarted:0.#} never") : "";
        yield return $"| {row.Picker}";
        yield return Text($"{row.StartUpP50:0.00} / {row.StartUpP95:0.00}") + never;
        yield return Text($"{row.Stalls:0.#}");
        yield return Text($"{row.StallRatio * 100:0.00} %");
        yield return row.SeekP95 > 0 ? Text($"{row.SeekP50:0.00} / {row.SeekP95:0.00}") : "";
        yield return Text($"{row.Wasted * 100:0.0} %");
        yield return Text($"{row.Hedged * 100:0.0} %");
        yield return Text($"{row.OriginCopies:0.00}");
        yield return Text($"{row.Offload:0.000}");
        yield return Text($"{row.LateBlocks:0}");
        yield return Text($"{row.RateOverBound:0.000}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
