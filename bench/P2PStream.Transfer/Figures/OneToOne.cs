using System.Diagnostics;

namespace P2PStream.Transfer;

/// <summary>One end has a file, the other fetches it: total time, CPU, memory. The clock and the CPU
/// count run from "go", when both ends stand ready, to "done".</summary>
internal static class OneToOne
{
    public static async Task RunAsync(Client client, TestFile file, Results results)
    {
        await using var seed = client.Seed(file);
        await seed.ReadyAsync();
        await using var leech = client.Leech(file, file.Fresh("leech"));
        await leech.ReadyAsync();
        var (seedCpu, leechCpu) = (seed.CpuSeconds, leech.CpuSeconds);
        var start = Stopwatch.GetTimestamp();
        leech.Say($"go {seed.Address}");
        await leech.HearAsync("first");
        var first = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await leech.HearAsync("done");
        var total = Stopwatch.GetElapsedTime(start).TotalSeconds;
        seedCpu = (seed.CpuSeconds - seedCpu) / file.Gigabytes;
        leechCpu = (leech.CpuSeconds - leechCpu) / file.Gigabytes;

        var name = $"one to one/{client.Name}";
        results.Add($"{name}/time", total, "s");
        results.Add($"{name}/throughput", file.Gigabytes / total, "GB/s");
        results.Add($"{name}/throughput from first byte", file.Gigabytes / (total - first), "GB/s");
        results.Add($"{name}/CPU both", seedCpu + leechCpu, "CPU-s/GB");
        results.Add($"{name}/CPU seed", seedCpu, "CPU-s/GB");
        results.Add($"{name}/CPU leech", leechCpu, "CPU-s/GB");
        results.Add($"{name}/peak RSS seed", seed.PeakMebibytes, "MiB");
        results.Add($"{name}/peak RSS leech", leech.PeakMebibytes, "MiB");
        foreach (var (end, process) in new[] { ("seed", seed), ("leech", leech) })
        {
            process.Say("stats");
            var statistics = await process.NumbersAsync("stats");
            if (statistics.TryGetValue("allocated", out var allocated))
                results.Add($"{name}/allocated {end}", allocated / 1e6, "MB");
            if (statistics.TryGetValue("gcPauseMs", out var pause))
                results.Add($"{name}/GC pause {end}", pause, "ms");
        }
    }
}
