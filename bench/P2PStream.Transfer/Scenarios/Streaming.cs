namespace P2PStream.Transfer;

/// <summary>A player's start, its reading on, and a seek; see <see cref="Reading"/>.</summary>
internal abstract class Streaming(string name, params IReadOnlyList<Client> clients)
    : Scenario(name, clients)
{
    public override long LeastBytes => 64L << 20;

    /// <summary>Seeds that have the file.</summary>
    protected virtual int Seeds => 1;

    /// <summary>True to stop the first seed, its connections open, when 6 MB are read.</summary>
    protected virtual bool IsStalled => false;

    /// <summary>What the shortest time for so many bytes would be, in seconds; 0 where there is
    /// none.</summary>
    protected virtual double Ideal(long bytes) => 0;

    protected abstract Route Open();

    public override async Task RunAsync(Client client, Trial trial)
    {
        var file = trial.File;
        await using var route = Open();
        await using var seeds = new EndGroup();
        var addresses = new List<string>();
        if (Seeds > 1) await NextSecondAsync();
        for (var i = 0; i < Seeds; i++) seeds.Add(route.Seeds.Start(client.Seed(file)));
        foreach (var seed in seeds.Ends)
        {
            await seed.ReadyAsync();
            addresses.Add(await route.ThroughAsync(seed.Address));
        }

        await using var viewer = route.Leeches.Start(
            trial.Verified(client, client.Viewer(file, file.Fresh("viewer"))));
        await viewer.ReadyAsync();
        viewer.Say("go " + string.Join(',', addresses));
        if (IsStalled)
        {
            await viewer.HearAsync("mark");
            seeds.Ends[0].Freeze();
        }

        await trial.VerifyAsync(client, viewer, (0, Reading.OnToBytes),
            (Reading.MiddleOf(file.Size), Reading.SoughtBytes));
        var told = await viewer.NumbersAsync("done");
        await route.CheckAsync(Reading.OnToBytes + Reading.SoughtBytes);
        Add(trial.Results, $"{Name}/{client.Name}", told);
        await EndFigures.AddAsync(trial.Results, $"{Name}/{client.Name}/viewer", viewer);
    }

    /// <summary>A publisher's epoch is the second in which it starts, and of two epochs only the later one
    /// is watched: seeds that are to serve one stream must start in the same second.</summary>
    private static Task NextSecondAsync() =>
        Task.Delay(1000 - DateTimeOffset.UtcNow.Millisecond);

    private void Add(Results results, string name, IReadOnlyDictionary<string, double> told)
    {
        results.Add($"{name}/first 1 MB", told["first"], "s");
        results.Add($"{name}/16 MB", told["onTo"], "s");
        results.Add($"{name}/longest wait for 250 kB", told["gap"], "s");
        results.Add($"{name}/seek, 1 MB", told["seek"], "s");
        results.Add($"{name}/fetched beside what the seek needs",
            (told["fetched"] - Reading.SoughtBytes) / 1e6, "MB");
        if (Ideal(Reading.FirstBytes) is not (> 0 and var ideal)) return;
        results.Add($"{name}/first 1 MB over ideal", told["first"] / ideal, "x");
        results.Add($"{name}/seek over ideal", told["seek"] / ideal, "x");
    }
}
