using P2PStream.Http;
using P2PStream.Protocol;

namespace P2PStream.EndToEnd.Tests;

/// <summary>
/// Real nodes on this machine: one that the others bootstrap from, a publisher, and viewers. They
/// find one another by the DHT alone.
/// </summary>
internal sealed class LoopbackSwarm : IAsyncDisposable
{
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly HttpOriginClient _origin = new();
    private readonly StreamNode _bootstrap;
    private StreamLink? _link;
    private PublishedStream? _published;
    private StreamNode? _publisher;

    private LoopbackSwarm(StreamNode bootstrap)
    {
        _bootstrap = bootstrap;
        _owned.Push(bootstrap);
    }

    public static async Task<LoopbackSwarm> StartAsync(CancellationToken cancellationToken) =>
        new(await StreamNode.StartAsync(new StreamNodeOptions(), cancellationToken));

    /// <summary>Publishes the one stream of this swarm from a node of its own.</summary>
    /// <param name="pathOrUrl">Of a playlist or any file.</param>
    /// <param name="servesMedia">False: viewers depend on one another and the origin.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PublishedStream> PublishAsync(
        string pathOrUrl, bool servesMedia, CancellationToken cancellationToken)
    {
        _publisher = Own(await StreamNode.StartAsync(Options(), cancellationToken));
        var source = await StreamSource.OpenAsync(pathOrUrl, null, cancellationToken);
        using var key = RootKey.FromSeed(Seed);
        _published = Own(await _publisher.PublishAsync(
            source, new PublishOptions { Key = key, Name = "film", ServeMedia = servesMedia },
            cancellationToken));
        // Without hints there is only the DHT.
        _link = _published.Link with { Peers = [], Bootstrap = [] };
        return _published;
    }

    /// <summary>Takes the publisher away, node and all.</summary>
    public async Task StopPublisherAsync()
    {
        await _published!.DisposeAsync();
        await _publisher!.DisposeAsync();
    }

    /// <summary>A viewer on a node of its own.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="useOrigin">False: it depends on the other viewers.</param>
    /// <param name="prefetchAhead">Media fetched beyond the playhead; null for the usual.</param>
    /// <param name="memoryBytes">Memory for media; null for the usual.</param>
    public async Task<WatchedStream> WatchAsync(
        CancellationToken cancellationToken, bool useOrigin = true, TimeSpan? prefetchAhead = null,
        long? memoryBytes = null)
    {
        var options = Options();
        if (prefetchAhead is { } ahead) options.PrefetchAhead = ahead;
        if (memoryBytes is { } bytes) options.MemoryBytes = bytes;
        var node = Own(await StreamNode.StartAsync(options, cancellationToken));
        var watched = Own(await node.WatchAsync(
            _link!, new WatchOptions { UseOrigin = useOrigin }, cancellationToken));
        await watched.WaitForCatalogAsync(cancellationToken);
        return watched;
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var owned)) await owned.DisposeAsync();
        _origin.Dispose();
    }

    private StreamNodeOptions Options() => new()
    {
        Origin = _origin,
        Bootstrap = { _bootstrap.EndPoint.ToString() },
    };

    private T Own<T>(T owned) where T : IAsyncDisposable
    {
        _owned.Push(owned);
        return owned;
    }
}
