using System.Net;
using P2PStream.Transport;

namespace P2PStream.Tool.Demo;

/// <summary>A plain DHT node that knows nobody and nothing of streams: where the others start
/// from.</summary>
internal sealed class DemoBootstrap : IAsyncDisposable
{
    private readonly DhtNode _node;

    private DemoBootstrap(DhtNode node) => _node = node;

    /// <summary>As <c>host:port</c>.</summary>
    public string EndPoint => _node.LocalEndPoint.ToString();

    public static async Task<DemoBootstrap> StartAsync(CancellationToken cancellationToken)
    {
        var socket = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var node = new DhtNode(socket, new DhtNodeOptions(), TimeProvider.System);
        await node.StartAsync([], cancellationToken);
        return new DemoBootstrap(node);
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
