using System.Diagnostics;

namespace P2PStream.Transfer;

/// <summary>One end has a file, the other fetches it: total time, CPU, memory. The clock and the CPU
/// count run from "go", when both ends stand ready, to "done".</summary>
internal sealed class OneToOne(params IReadOnlyList<Client> clients)
    : Scenario("one to one", clients)
{
    public override long UsualBytes => 1L << 30;

    protected override IReadOnlyList<string> Compared =>
        ["time", "throughput", "throughput from first byte", "CPU both"];

    protected override IReadOnlyList<string> References =>
        ["limit", "libtorrent v2", "libtorrent v2, tuned"];

    public override async Task RunAsync(Client client, Trial trial)
    {
        var file = trial.File;
        await using var seed = Place.Here.Start(client.Seed(file));
        await seed.ReadyAsync();
        await using var leech = Place.Here.Start(
            trial.Verified(client, client.Leech(file, file.Fresh("leech"))));
        await leech.ReadyAsync();
        var (seedHad, leechHad) = client.IsOurs
            ? (await EndFigures.AllocatedAsync(seed), await EndFigures.AllocatedAsync(leech))
            : (0, 0);
        var (seedCpu, leechCpu) = (seed.CpuSeconds, leech.CpuSeconds);
        var start = Stopwatch.GetTimestamp();
        leech.Say($"go {seed.Address}");
        await leech.HearAsync("first");
        var first = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await trial.VerifyAsync(client, leech, (0, file.Size));
        await leech.HearAsync("done");
        var total = Stopwatch.GetElapsedTime(start).TotalSeconds;
        seedCpu = (seed.CpuSeconds - seedCpu) / file.Gigabytes;
        leechCpu = (leech.CpuSeconds - leechCpu) / file.Gigabytes;

        var name = $"{Name}/{client.Name}";
        var results = trial.Results;
        results.Add($"{name}/time", total, "s");
        results.Add($"{name}/throughput", file.Gigabytes / total, "GB/s");
        results.Add($"{name}/throughput from first byte", file.Gigabytes / (total - first), "GB/s");
        results.Add($"{name}/CPU both", seedCpu + leechCpu, "CPU-s/GB");
        results.Add($"{name}/CPU seed", seedCpu, "CPU-s/GB");
        results.Add($"{name}/CPU leech", leechCpu, "CPU-s/GB");
        if (client.IsOurs)
        {
            await EndFigures.AddAllocationAsync(results, $"{name}/seed", seed, seedHad, file);
            await EndFigures.AddAllocationAsync(results, $"{name}/leech", leech, leechHad, file);
        }

        await EndFigures.AddAsync(results, $"{name}/seed", seed);
        await EndFigures.AddAsync(results, $"{name}/leech", leech);
    }
}
