using P2PStream.Http;
using P2PStream.Protocol;

namespace P2PStream.Tool.Demo;

/// <summary>A viewer whose player is a browser: a node, a watched stream, and the gateway with its
/// page.</summary>
internal sealed class DemoPage : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();

    private DemoPage()
    {
    }

    public Uri Uri { get; private set; } = new("about:blank");

    public static async Task<DemoPage> StartAsync(
        StreamLink link, TimeSpan ahead, RateLimits limits, CancellationToken cancellationToken)
    {
        var page = new DemoPage();
        try
        {
            var node = await ToolNode.StartHereAsync([], cancellationToken, ahead, limits);
            page._parts.Push(node);
            var watched = await node.Node.WatchAsync(link, new WatchOptions(), cancellationToken);
            page._parts.Push(watched);
            await watched.WaitForCatalogAsync(cancellationToken);
            var gateway = await GatewayServer.StartAsync(
                watched, new GatewayOptions(), cancellationToken);
            page._parts.Push(gateway);
            page.Uri = gateway.PageUri;
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part)) await part.DisposeAsync();
    }
}
