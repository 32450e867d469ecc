using System.Net;

namespace P2PStream.Transfer;

/// <summary>A DHT on loopback, each node in a /24 of its own, in which keys are announced; and the nodes
/// that are going to look them up.</summary>
internal sealed class DhtSwarm : IAsyncDisposable
{
    /// <summary>Nodes of the network.</summary>
    private const int Size = 150;

    /// <summary>Nodes that everyone joins through.</summary>
    private const int Contacts = 3;

    /// <summary>Who has joined goes on filling its table for a while.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    private readonly EndGroup _ends = new();
    private readonly Dictionary<DhtClient, EndProcess> _lookers = [];
    private byte _networks;

    public EndProcess LookerOf(DhtClient client) => _lookers[client];

    /// <param name="software">Who makes up the network, in equal parts.</param>
    /// <param name="clients">Who is going to look.</param>
    /// <param name="keys">How many keys are announced.</param>
    /// <param name="folder">For the file that names them.</param>
    public static async Task<DhtSwarm> StartAsync(IReadOnlyList<DhtClient> software,
        IReadOnlyList<DhtClient> clients, int keys, string folder)
    {
        var swarm = new DhtSwarm();
        try
        {
            await swarm.StartNodesAsync(software, clients, keys, Path.Combine(folder, "keys"));
            return swarm;
        }
        catch
        {
            await swarm.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _ends.DisposeAsync();

    private async Task StartNodesAsync(IReadOnlyList<DhtClient> software,
        IReadOnlyList<DhtClient> clients, int count, string path)
    {
        // Ours announce, so there are some in every network: at least those that all join through.
        var contacts = await NodesAsync(DhtClient.Ours, Contacts, "");
        var bootstrap = contacts.Address;
        var announcing = contacts;
        foreach (var one in software)
        {
            var part = await NodesAsync(one, Size / software.Count, bootstrap);
            if (one == DhtClient.Ours) announcing = part;
        }

        var hosts = announcing.Address.Split(',').Select(IPEndPoint.Parse);
        var keys = DhtKeys.Random(count, [.. hosts.Select(host => host.Address)]);
        keys.Write(path);
        await Task.Delay(Settling);
        announcing.Say("go " + path);
        await announcing.HearAsync("done");
        foreach (var client in clients)
        {
            var looker = _ends.Add(new EndProcess(client.Looker(
                $"address={Addresses(1)}", $"bootstrap={bootstrap}", $"keys={path}")));
            _lookers.Add(client, looker);
            await looker.ReadyAsync();
        }

        await Task.Delay(Settling);
    }

    private async Task<EndProcess> NodesAsync(DhtClient software, int count, string bootstrap)
    {
        var part = _ends.Add(new EndProcess(
            software.Nodes($"addresses={Addresses(count)}", $"bootstrap={bootstrap}")));
        await part.ReadyAsync();
        return part;
    }

    /// <summary>Each in a /24 of its own: nodes keep few of one.</summary>
    private string Addresses(int count)
    {
        var network = ++_networks;
        return string.Join(',', Enumerable.Range(1, count).Select(i => $"127.{network}.{i}.1"));
    }
}
