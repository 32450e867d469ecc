using P2PStream.Protocol;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Demo;

/// <summary>Publishes the demo's stream under a key nobody keeps; states what is true and serves no
/// media.</summary>
internal sealed class DemoPublisher : IAsyncDisposable
{
    private const string StreamName = "demo";

    private readonly RootKey _key;
    private readonly ToolNode _node;
    private readonly PublishedStream _published;

    private DemoPublisher(RootKey key, ToolNode node, PublishedStream published)
    {
        _key = key;
        _node = node;
        _published = published;
    }

    public static async Task<DemoPublisher> StartAsync(
        IStreamSource source, string bootstrap, CancellationToken cancellationToken)
    {
        var key = KeyFile.Generate();
        ToolNode? node = null;
        try
        {
            node = await ToolNode.StartHereAsync([bootstrap], cancellationToken);
            var published = await node.Node.PublishAsync(
                source,
                new PublishOptions { Key = key, Name = StreamName, ServeMedia = false },
                cancellationToken);
            return new DemoPublisher(key, node, published);
        }
        catch
        {
            if (node is not null) await node.DisposeAsync();
            key.Dispose();
            throw;
        }
    }

    /// <summary>A link without peers: whoever follows it must find the swarm through the DHT. Its
    /// origin
    /// is named, or none in a private network would be asked.</summary>
    public StreamLink LinkByDht(string bootstrap) =>
        _published.Link with { Peers = [], Bootstrap = [bootstrap] };

    public async ValueTask DisposeAsync()
    {
        await _published.DisposeAsync();
        await _node.DisposeAsync();
        _key.Dispose();
    }
}
