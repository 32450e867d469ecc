using System.Net;

namespace P2PStream.Transport.Tests;

/// <summary>Some DHT nodes on loopback that have joined through the first of them.</summary>
internal sealed class DhtNetwork : IAsyncDisposable
{
    private readonly List<DhtNode> _nodes = [];

    public IReadOnlyList<DhtNode> Nodes => _nodes;

    public static async Task<DhtNetwork> StartAsync(int count, CancellationToken cancellationToken)
    {
        var network = new DhtNetwork();
        for (var i = 0; i < count; i++)
        {
            var node = NewNode();
            IReadOnlyList<IPEndPoint> contacts =
                i == 0 ? [] : [network._nodes[0].LocalEndPoint];
            network._nodes.Add(node);
            await node.StartAsync(contacts, cancellationToken);
            Assert.Equal(i > 0, await node.BootstrapAsync(cancellationToken));
        }

        return network;
    }

    public static DhtNode NewNode() => NewNode(IPAddress.Loopback);

    public static DhtNode NewNode(IPAddress address) => new(
        UdpDatagramSocket.Bind(new IPEndPoint(address, 0)), new DhtNodeOptions(),
        TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }
}
