using System.Diagnostics;

namespace P2PStream.Transfer;

/// <summary>What a byte costs a seed: with one link; with 200 idle ones beside it; with 500 that are
/// all busy. Handshakes are not counted.</summary>
internal sealed class ManyLinks()
    : Scenario("many links", new NodeClient("P2PStream, TLS"))
{
    private const int IdleViewers = 200;
    private const int ActiveViewers = 500;

    /// <summary>Viewers in one subnet, fewer than a node takes from one.</summary>
    private const int MostInArm = 250;

    private const int PieceBytes = 1 << 20;

    /// <summary>Pieces that each of the busy viewers reads: with one, half of the time goes into their beginning.</summary>
    private const int PiecesEach = 4;

    private static readonly TimeSpan StatisticsAge = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LinkPatience = TimeSpan.FromSeconds(20);

    public override string? Missing => NetworkNamespace.Missing;

    public override long UsualBytes => 512L << 20;

    public override async Task RunAsync(Client client, Trial trial)
    {
        var pieces = (int)(trial.File.Size / PieceBytes);
        var alone = await CostAsync(client, trial, idle: 0, active: 1, pieces);
        var besideIdle = await CostAsync(client, trial, IdleViewers, active: 1, pieces);
        var amongMany = await CostAsync(
            client, trial, idle: 0, ActiveViewers, Math.Min(PiecesEach, pieces));
        var results = trial.Results;
        var name = $"{Name}/{client.Name}";
        results.Add($"{name}/CPU of the seed, one busy link", alone, "CPU-s/GB");
        results.Add($"{name}/CPU of the seed, {IdleViewers} idle links and a busy one",
            besideIdle, "CPU-s/GB");
        results.Add($"{name}/CPU of the seed, {ActiveViewers} busy links", amongMany, "CPU-s/GB");
        results.Add($"{name}/{IdleViewers} idle and one over one", besideIdle / alone, "x");
        results.Add($"{name}/{ActiveViewers} over one", amongMany / alone, "x");
    }

    /// <returns>CPU seconds of the seed for each gigabyte that it sent.</returns>
    private async Task<double> CostAsync(
        Client client, Trial trial, int idle, int active, int pieces)
    {
        var arms = (Math.Max(idle, active) + MostInArm - 1) / MostInArm + (idle > 0 ? 1 : 0);
        await using var route = new Star(arms);
        await using var seed = route.Everywhere.Start(client.Seed(trial.File));
        await seed.ReadyAsync();
        var port = seed.Address[(seed.Address.LastIndexOf(':') + 1)..];
        await using var crowds = new EndGroup();
        var busy = new List<EndProcess>();
        var arm = 0;
        for (var left = idle; left > 0; left -= MostInArm)
            crowds.Add(Start(route.Arm(arm++), Math.Min(left, MostInArm), "pieces=0"));
        for (var left = active; left > 0; left -= MostInArm)
        {
            var crowd = Start(route.Arm(arm++), Math.Min(left, MostInArm), $"pieces={pieces}",
                $"from={(active - left) * pieces}",
                $"file={trial.File.Path}", $"verify={(trial.IsRehearsal ? 1 : 0)}");
            busy.Add(crowds.Add(crowd));
        }

        for (var i = 0; i < crowds.Ends.Count; i++)
        {
            await crowds.Ends[i].ReadyAsync();
            crowds.Ends[i].Say($"go {Star.Center(i)}:{port}");
            await crowds.Ends[i].HearAsync("linked");
        }

        var before = await LinkedAsync(seed, idle + active);
        var cpu = seed.CpuSeconds;
        foreach (var crowd in busy) crowd.Say("go");
        foreach (var crowd in busy) await crowd.HearAsync("done");
        cpu = seed.CpuSeconds - cpu;
        var after = await StatisticsAsync(seed);
        trial.Results.Add(
            $"{Name}/{client.Name}/seed with {idle + active} links, peak RSS", seed.PeakMebibytes, "MiB");
        return cpu / ((after["served"] - before["served"]) / 1e9);
    }

    /// <summary>Waits for links that were lost among so many handshakes and are dialled again.</summary>
    private static async Task<IReadOnlyDictionary<string, double>> LinkedAsync(EndProcess seed, int links)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var statistics = await StatisticsAsync(seed);
            if (statistics["links"] >= links) return statistics;
            if (Stopwatch.GetElapsedTime(start) > LinkPatience)
                throw new InvalidDataException($"only {statistics["links"]} of {links} links");
        }
    }

    private static EndProcess Start(Place place, int count, params IEnumerable<string> words) =>
        place.Start(OwnProgram.End("crowd", [$"count={count}", .. words]));

    private static async Task<IReadOnlyDictionary<string, double>> StatisticsAsync(EndProcess seed)
    {
        await Task.Delay(StatisticsAge);
        seed.Say("stats");
        return await seed.NumbersAsync("stats");
    }
}
