using System.Globalization;
using System.Text.Json;

namespace P2PStream.Transfer;

/// <summary>What the runs gave, by figure, in the order in which the figures first came.</summary>
internal sealed class Results
{
    private readonly List<(string Name, string Unit, SortedDictionary<int, double> Values)>
        _figures = [];

    /// <summary>The number of the run that is on.</summary>
    public int Run { get; set; }

    public void Add(string name, double value, string unit) => Add(name, value, unit, Run);

    /// <summary>Adds the ratio of two figures run by run: they ran in turns. A run that either lacks
    /// has none.</summary>
    public void AddRatio(string name, string of, string to)
    {
        var above = _figures.Find(figure => figure.Name == of).Values ?? [];
        var below = _figures.Find(figure => figure.Name == to).Values ?? [];
        foreach (var (run, value) in above)
            if (below.TryGetValue(run, out var other)) Add(name, value / other, "x", run);
    }

    /// <summary>Prints a scenario's figures.</summary>
    public void Print(string scenario, bool json)
    {
        var figures = _figures.FindAll(figure =>
            figure.Name.StartsWith(scenario + "/", StringComparison.Ordinal));
        if (figures.Count == 0) return;
        if (!json) Console.WriteLine($"\n{scenario}");
        var width = figures.Max(figure => figure.Name.Length) - scenario.Length;
        foreach (var (name, unit, byRun) in figures)
        {
            double[] runs = [.. byRun.Values];
            Console.WriteLine(json
                ? Json(name, unit, runs)
                : Row(name[(scenario.Length + 1)..].PadRight(width), unit, runs));
        }
    }

    /// <summary>0 of nothing.</summary>
    public static double Median(double[] values)
    {
        if (values.Length == 0) return 0;
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Json(string name, string unit, double[] runs) => JsonSerializer.Serialize(
        new Figure(name, Math.Round(Median(runs), 4), unit, [.. runs.Select(one => Math.Round(one, 4))]),
        FigureJson.Default.Figure);

    private static string Row(string name, string unit, double[] runs)
    {
        var row = string.Create(
            CultureInfo.InvariantCulture, $"  {name} {Median(runs),10:0.###} {unit,-8}");
        return runs.Length == 1 ? row : row + string.Create(
            CultureInfo.InvariantCulture,
            $" ({runs.Min():0.###} to {runs.Max():0.###}, {runs.Length} runs)");
    }

    private void Add(string name, double value, string unit, int run)
    {
        var found = _figures.Find(figure => figure.Name == name);
        if (found.Name is null) _figures.Add(found = (name, unit, []));
        found.Values[run] = value;
    }
}
