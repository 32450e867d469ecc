using System.Diagnostics;

namespace P2PStream.Transfer;

/// <summary>
/// One seed that may send 20 MB/s, or less, and leeches that know it and each other: the time until the last
/// has all, over what the file takes at that rate, and what the seed sent.
/// </summary>
/// <param name="leeches">How many.</param>
/// <param name="isShaped">True when the seed's link is shaped; false when the client limits
/// itself.</param>
/// <param name="rate">What the seed may send in a second, in bytes: less than the usual, where it is the
/// CPU that so many leeches are short of.</param>
/// <param name="clients">Who is measured.</param>
internal sealed class FanOut(
    int leeches, bool isShaped, long rate, params IReadOnlyList<Client> clients)
    : Scenario(
        $"fan-out 1 to {leeches}{(rate == UsualRate ? "" : $" at {rate / 1_000_000} MB/s")}, "
            + (isShaped ? "shaped link" : "own limiter"),
        [.. clients.Where(client => isShaped || client.HasLimiter)])
{
    public const long UsualRate = 20_000_000;

    /// <summary>What came last before figures are read: statistics are up to 200 ms old.</summary>
    private static readonly TimeSpan StatisticsAge = TimeSpan.FromMilliseconds(300);

    /// <summary>Less where leeches are many: at one rate of all together it is CPU that is short.</summary>
    public override long UsualBytes =>
        rate < UsualRate ? 64L << 20 : leeches > 4 ? 128L << 20 : 256L << 20;

    public override string? Missing => isShaped ? NetworkNamespace.Missing : null;

    protected override IReadOnlyList<string> Compared => ["time over ideal", "CPU all"];

    public override async Task RunAsync(Client client, Trial trial)
    {
        var file = trial.File;
        await using var route = isShaped ? new Star(1, rate * 8 / 1e6) : (Route)new Loopback();
        IReadOnlyList<string> capped = isShaped ? [] : [$"up={rate}"];
        await using var seed = route.Seeds.Start([.. client.Seed(file), .. capped]);
        await seed.ReadyAsync();
        await using var swarm = new EndGroup();
        for (var i = 0; i < leeches; i++)
        {
            swarm.Add(route.Leeches.Start(
                trial.Verified(client, client.Leech(file, file.Fresh($"leech{i}")))));
        }

        foreach (var leech in swarm.Ends) await leech.ReadyAsync();
        var all = swarm.Ends.Append(seed).ToArray();
        var cpu = all.Sum(end => end.CpuSeconds);
        var start = Stopwatch.GetTimestamp();
        var known = seed.Address;
        foreach (var leech in swarm.Ends)
        {
            leech.Say($"go {known}");
            known += $",{leech.Address}";
        }

        var times = await Task.WhenAll(swarm.Ends.Select(async leech =>
        {
            await trial.VerifyAsync(client, leech, (0, file.Size));
            await leech.HearAsync("done");
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }));
        cpu = all.Sum(end => end.CpuSeconds) - cpu;
        await Task.Delay(StatisticsAge);

        var name = $"{Name}/{client.Name}";
        var results = trial.Results;
        results.Add($"{name}/time over ideal",
            times.Max() / (file.Size / (double)rate), "x");
        results.Add($"{name}/last", times.Max(), "s");
        results.Add($"{name}/first", times.Min(), "s");
        results.Add($"{name}/CPU all", cpu / file.Gigabytes / leeches, "CPU-s/GB");
        var statistics = await EndFigures.AddAsync(results, $"{name}/seed", seed);
        if (statistics.TryGetValue("served", out var served))
            results.Add($"{name}/copies sent by the seed", served / file.Size, "x");
        results.Add($"{name}/leech, peak RSS at most",
            swarm.Ends.Max(leech => leech.PeakMebibytes), "MiB");
    }
}
