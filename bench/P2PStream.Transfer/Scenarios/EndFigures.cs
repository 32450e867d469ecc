namespace P2PStream.Transfer;

/// <summary>What an end itself and the system say of it after a run.</summary>
internal static class EndFigures
{
    /// <returns>What the end says.</returns>
    public static async Task<IReadOnlyDictionary<string, double>> AddAsync(
        Results results, string name, EndProcess end)
    {
        results.Add($"{name}, peak RSS", end.PeakMebibytes, "MiB");
        results.Add($"{name}, RSS without files", end.AnonymousMebibytes, "MiB");
        end.Say("stats");
        var statistics = await end.NumbersAsync("stats");
        if (statistics.TryGetValue("allocated", out var allocated))
            results.Add($"{name}, allocated since its start", allocated / 1e6, "MB");
        if (statistics.TryGetValue("gcPauseMs", out var pause))
            results.Add($"{name}, GC pauses", pause, "ms");
        return statistics;
    }

    /// <summary>What an end of ours has allocated since its start, in bytes.</summary>
    public static async Task<double> AllocatedAsync(EndProcess end)
    {
        end.Say("stats");
        return (await end.NumbersAsync("stats"))["allocated"];
    }

    /// <summary>Adds what an end of ours allocated for each gigabyte.</summary>
    /// <param name="results">What takes the figure.</param>
    /// <param name="name">The first part of its name.</param>
    /// <param name="end">Which.</param>
    /// <param name="before">What it had allocated before the transfer.</param>
    /// <param name="file">What was transferred.</param>
    public static async Task AddAllocationAsync(
        Results results, string name, EndProcess end, double before, TestFile file) =>
        results.Add($"{name}, allocated per GB",
            (await AllocatedAsync(end) - before) / 1e6 / file.Gigabytes, "MB/GB");
}
