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
}
