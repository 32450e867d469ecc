using System.Net;
using P2PStream.Http;
using P2PStream.Protocol;

namespace P2PStream.Tool;

/// <summary>A node together with the origin client it fetches with; owns both.</summary>
internal sealed class ToolNode : IAsyncDisposable
{
    private readonly HttpOriginClient _origin;

    private ToolNode(StreamNode node, HttpOriginClient origin)
    {
        Node = node;
        _origin = origin;
    }

    public StreamNode Node { get; }

    /// <summary>Starts a node.</summary>
    /// <param name="listen">Where it listens; port 0 takes a free one.</param>
    /// <param name="bootstrap">DHT nodes as <c>host:port</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="ahead">Media fetched beyond the playhead; null where nothing is
    /// watched.</param>
    /// <param name="store">Makes a watched stream's block store; null for memory only.</param>
    /// <param name="limits">What it may send and ask for; null for no limit.</param>
    /// <param name="listenIPv6">Where it listens as well, at the same port; null for nowhere.</param>
    public static async Task<ToolNode> StartAsync(
        IPEndPoint listen, IReadOnlyList<string> bootstrap, CancellationToken cancellationToken,
        TimeSpan? ahead = null, Func<StreamId, IBlockStore>? store = null,
        RateLimits? limits = null, IPAddress? listenIPv6 = null)
    {
        var origin = new HttpOriginClient();
        try
        {
            var options = new StreamNodeOptions
            {
                Listen = listen,
                ListenIPv6 = listenIPv6,
                Origin = origin,
                Store = store,
                UploadLimit = limits?.Upload,
                DownloadLimit = limits?.Download,
            };
            if (ahead is { } time) options.PrefetchAhead = time;
            foreach (var node in bootstrap) options.Bootstrap.Add(node);
            return new ToolNode(await StreamNode.StartAsync(options, cancellationToken), origin);
        }
        catch
        {
            origin.Dispose();
            throw;
        }
    }

    /// <summary>On loopback at a free port.</summary>
    public static Task<ToolNode> StartHereAsync(
        IReadOnlyList<string> bootstrap, CancellationToken cancellationToken,
        TimeSpan? ahead = null, RateLimits? limits = null) =>
        StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), bootstrap, cancellationToken, ahead, limits: limits);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        _origin.Dispose();
    }
}
