using System.Diagnostics;

namespace P2PStream.Transfer;

/// <summary>
/// One to one, from a viewer that has the file: in memory, or in a disk store after a restart, with
/// memory for a sixteenth of it. The publisher has gone. Target: from the store at least 0.8 of the
/// throughput from memory. What a store wrote a moment ago the system still has cached.
/// </summary>
internal sealed class FromDisk() : Scenario("from disk", FromMemory, FromStore)
{
    private static readonly NodeClient FromMemory = new("P2PStream, TLS, from memory");
    private static readonly NodeClient FromStore = new("P2PStream, TLS, from a store");

    /// <summary>Memory of who fetches, over the file's size: a third of it may wait for a store that is
    /// slower than the link, and what does not fit there would be missing.</summary>
    private const int MemoryOverFile = 4;

    private const long MostMemory = 16L << 30;

    protected override IReadOnlyList<string> Compared => ["throughput", "CPU both"];

    protected override IReadOnlyList<string> References => [FromMemory.Name];

    public override async Task RunAsync(Client client, Trial trial)
    {
        var file = trial.File;
        using var folder = new StoreFolder();
        await using var keeper = await FilledAsync(client, file, folder.Path);
        await using var leech = Place.Here.Start(
            trial.Verified(client, client.Leech(file, file.Fresh("leech"))));
        await leech.ReadyAsync();
        var (keeperCpu, leechCpu) = (keeper.CpuSeconds, leech.CpuSeconds);
        var keeperHad = await EndFigures.AllocatedAsync(keeper);
        var start = Stopwatch.GetTimestamp();
        leech.Say($"go {keeper.Address}");
        await trial.VerifyAsync(client, leech, (0, file.Size));
        await leech.HearAsync("done");
        var total = Stopwatch.GetElapsedTime(start).TotalSeconds;
        keeperCpu = (keeper.CpuSeconds - keeperCpu) / file.Gigabytes;
        leechCpu = (leech.CpuSeconds - leechCpu) / file.Gigabytes;

        var name = $"{Name}/{client.Name}";
        var results = trial.Results;
        results.Add($"{name}/time", total, "s");
        results.Add($"{name}/throughput", file.Gigabytes / total, "GB/s");
        results.Add($"{name}/CPU both", keeperCpu + leechCpu, "CPU-s/GB");
        results.Add($"{name}/CPU seed", keeperCpu, "CPU-s/GB");
        await EndFigures.AddAllocationAsync(results, $"{name}/seed", keeper, keeperHad, file);
        await EndFigures.AddAsync(results, $"{name}/seed", keeper);
    }

    /// <summary>A viewer that has the file, without a publisher any more. One publisher sees both of a
    /// restarted viewer's lives: another would publish the file anew, under another epoch.</summary>
    private static async Task<EndProcess> FilledAsync(Client client, TestFile file, string folder)
    {
        await using var publisher = Place.Here.Start(client.Seed(file));
        await publisher.ReadyAsync();
        var memory = $"memory={Math.Min(MemoryOverFile * file.Size, MostMemory)}";
        if (client == FromMemory) return await KeeperAsync(publisher, file, ["fetch=1", memory]);
        var store = $"store={folder}";
        await (await KeeperAsync(publisher, file, ["fetch=1", memory, store])).DisposeAsync();
        return await KeeperAsync(publisher, file, [$"memory={file.Size / 16}", store]);
    }

    private static async Task<EndProcess> KeeperAsync(
        EndProcess publisher, TestFile file, IEnumerable<string> words)
    {
        var keeper = Place.Here.Start(OwnProgram.End("keeper", [$"size={file.Size}", .. words]));
        try
        {
            await keeper.ReadyAsync();
            keeper.Say($"go {publisher.Address}");
            await keeper.HearAsync("done");
            return keeper;
        }
        catch
        {
            await keeper.DisposeAsync();
            throw;
        }
    }
}
