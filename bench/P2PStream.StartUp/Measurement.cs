using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace P2PStream.StartUp;

/// <summary>Sets the stage, has the far end measure, and sums up.</summary>
internal static class Measurement
{
    private static readonly JsonSerializerOptions CamelCase =
        new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <returns>0, or 1 when the far end failed.</returns>
    public static async Task<int> RunAsync(int runs, bool json)
    {
        await using var stage = await Stage.SetAsync();
        using var stop = new CancellationTokenSource();
        _ = Stage.SendAsync(stop.Token);
        using var viewer = Start(stage, runs);
        var samples = new List<Sample>();
        while (await viewer.StandardOutput.ReadLineAsync() is { } line)
            if (JsonSerializer.Deserialize<Sample>(line) is { } sample) samples.Add(sample);
        await viewer.WaitForExitAsync();
        await stop.CancelAsync();
        if (viewer.ExitCode != 0) return 1;

        foreach (var group in samples.GroupBy(sample => sample.Name))
        {
            double[] values = [.. group.Select(sample => sample.Value).Order()];
            Print(group.Key, Median(values), group.First().Unit, values, json);
        }

        var http = Median(samples, "http");
        Print("hinted/http", Median(samples, "hinted") / http, "ratio", [], json);
        Print("dht/http", Median(samples, "dht") / http, "ratio", [], json);
        return 0;
    }

    private static Process Start(Stage stage, int runs)
    {
        var start = new ProcessStartInfo("ip") { RedirectStandardOutput = true };
        string[] arguments =
        [
            "netns", "exec", ShapedPath.Namespace,
            Environment.ProcessPath!,
            "viewer", stage.Hinted!.ToString(), stage.ByDht!.ToString(),
            stage.Origin.BaseUri.AbsoluteUri, runs.ToString(CultureInfo.InvariantCulture),
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new IOException("cannot start ip");
    }

    private static double Median(List<Sample> samples, string name) =>
        Median([.. samples.Where(sample => sample.Name == name).Select(sample => sample.Value).Order()]);

    private static double Median(double[] sorted) => sorted.Length == 0
        ? double.NaN
        : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static void Print(string name, double value, string unit, double[] values, bool json)
    {
        value = Math.Round(value, 3);
        if (json)
        {
            double[] runs = [.. values.Select(one => Math.Round(one, 3))];
            Console.WriteLine(JsonSerializer.Serialize(
                new { Name = name, Value = value, Unit = unit, Runs = runs }, CamelCase));
            return;
        }

        var range = values.Length > 1
            ? string.Create(CultureInfo.InvariantCulture,
                $"  ({values.Length} runs, {values[0]:0.##} to {values[^1]:0.##})")
            : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-16} {value,9:0.##} {unit}{range}"));
    }
}
