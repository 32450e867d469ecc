using System.Net;
using P2PStream.Transport;

namespace P2PStream.Transfer;

/// <summary>DHT nodes of ours that make up a network, each on one of addresses=IP,...: they join
/// through bootstrap=IP:PORT,..., or through the first of them, and on "go FILE" announce what that says
/// is theirs; see <see cref="DhtKeys"/>.</summary>
internal static class DhtNodes
{
    private const int AnnouncesAtOnce = 8;

    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        var bootstrap = Bootstrap(options);
        var nodes = new List<DhtNode>();
        foreach (var address in options.Text("addresses").Split(','))
        {
            var node = Open(address);
            nodes.Add(node);
            if (bootstrap.Length == 0 && nodes.Count > 1) bootstrap = [nodes[0].LocalEndPoint];
            await node.StartAsync(bootstrap);
            await node.BootstrapAsync();
        }

        EndConsole.Say("ready " + string.Join(',', nodes.Select(node => node.LocalEndPoint)));
        while (await console.NextGoAsync() is [var path])
        {
            var byAddress = nodes.ToDictionary(node => node.LocalEndPoint.Address);
            await Parallel.ForEachAsync(DhtKeys.Read(path).All,
                new ParallelOptions { MaxDegreeOfParallelism = AnnouncesAtOnce },
                async (one, cancellationToken) => await byAddress[one.Peer.Address]
                    .AnnounceAsync(one.Key, (ushort)one.Peer.Port, cancellationToken));
            EndConsole.Say("done");
        }

        foreach (var node in nodes) await node.DisposeAsync();
    }

    public static DhtNode Open(string address) => new(
        UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Parse(address), 0)), new DhtNodeOptions(),
        TimeProvider.System);

    public static IPEndPoint[] Bootstrap(EndOptions options) =>
    [
        .. options.Text("bootstrap").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(IPEndPoint.Parse),
    ];
}
