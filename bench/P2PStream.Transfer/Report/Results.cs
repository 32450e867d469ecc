using System.Globalization;
using System.Text.Json;

namespace P2PStream.Transfer;

/// <summary>What the runs gave, by figure, in the order in which the figures first came.</summary>
internal sealed class Results
{
    private readonly List<(string Name, string Unit, List<double> Values)> _figures = [];

    public void Add(string name, double value, string unit)
    {
        var found = _figures.Find(figure => figure.Name == name);
        if (found.Name is null) _figures.Add(found = (name, unit, []));
        found.Values.Add(value);
    }

    /// <summary>Adds the ratio of two figures run by run: they ran in turns.</summary>
    public void AddRatio(string name, string of, string to)
    {
        var above = _figures.Find(figure => figure.Name == of).Values ?? [];
        var below = _figures.Find(figure => figure.Name == to).Values ?? [];
        for (var i = 0; i < Math.Min(above.Count, below.Count); i++)
            Add(name, above[i] / below[i], "x");
    }

    public void Print(bool json)
    {
        foreach (var (name, unit, values) in _figures)
        {
            double[] runs = [.. values.Select(one => Math.Round(one, 4))];
            if (json)
            {
                Console.WriteLine(JsonSerializer.Serialize(
                    new Figure(name, Math.Round(Median(values), 4), unit, runs),
                    FigureJson.Default.Figure));
                continue;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-52} {Median(values),11:0.###} {unit,-9} ({values.Min():0.###} to {values.Max():0.###}, {values.Count} runs)"));
        }
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
