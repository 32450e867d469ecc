namespace P2PStream.Transfer;

/// <summary>
/// DHT nodes join one network and look up what is announced there: all the same keys, none twice, one at a
/// time and then many at once. The network is made anew for each run, and the nodes that are measured stay
/// until its end, so that nobody meets a dead one.
/// </summary>
/// <param name="network">Its name.</param>
/// <param name="software">Who makes it up, in equal parts.</param>
internal sealed class DhtLookups(string network, params IReadOnlyList<DhtClient> software)
    : Scenario($"dht-lookups, {network}", DhtClient.Ours, DhtClient.Libtorrent, DhtClient.BittorrentDht)
{
    private const string First = "first peer, one at a time";
    private const string Complete = "complete, one at a time";

    /// <summary>Not counted: compilers and tables warm up.</summary>
    private const int Warming = 100;

    private const int Alone = 300;
    private const int Together = 1000;
    private const int Width = 16;
    private const double LeastFound = 0.99;

    private static readonly string Rate = $"look-ups a second, {Width} at once";

    private DhtSwarm? _swarm;

    public override string? Missing =>
        software.Select(one => one.Missing).FirstOrDefault(missing => missing is not null);

    public override long UsualBytes => 0;

    protected override IReadOnlyList<string> Compared => [First, Complete, Rate];

    protected override IReadOnlyList<string> References =>
        [DhtClient.Libtorrent.Name, DhtClient.BittorrentDht.Name];

    public override async Task OpenAsync(IReadOnlyList<Client> clients, TestFile file) =>
        _swarm = await DhtSwarm.StartAsync(
            software, [.. clients.Cast<DhtClient>()], Warming + Alone + Together, file.Fresh("dht"));

    public override async Task CloseAsync()
    {
        if (_swarm is not null) await _swarm.DisposeAsync();
        _swarm = null;
    }

    public override async Task RunAsync(Client client, Trial trial)
    {
        var looker = _swarm!.LookerOf((DhtClient)client);
        await LookAsync(looker, 0, Warming, Width);
        var alone = await LookAsync(looker, Warming, Alone, 1);
        var cpu = looker.CpuSeconds;
        var together = await LookAsync(looker, Warming + Alone, Together, Width);
        cpu = looker.CpuSeconds - cpu;

        var name = $"{Name}/{client.Name}";
        var results = trial.Results;
        results.Add($"{name}/{First}", alone["first"] * 1e3, "ms");
        results.Add($"{name}/{Complete}", alone["complete"] * 1e3, "ms");
        results.Add($"{name}/{Rate}", Together / together["seconds"], "1/s");
        results.Add($"{name}/CPU, {Width} at once", cpu * 1e3 / Together, "ms each");
        var found = (alone["found"] + together["found"]) / (Alone + Together);
        results.Add($"{name}/found", found * 100, "%");
        if (found < LeastFound)
            throw new InvalidDataException($"only {found:P1} of what is announced was found");
    }

    private static async Task<IReadOnlyDictionary<string, double>> LookAsync(
        EndProcess looker, int from, int count, int width)
    {
        looker.Say($"go {from},{count},{width}");
        return await looker.NumbersAsync("done");
    }
}
