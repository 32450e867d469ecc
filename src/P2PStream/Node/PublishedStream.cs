using P2PStream.Discovery;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>A stream that this node publishes. Owns its source; disposing it withdraws the stream.</summary>
public sealed class PublishedStream : IAsyncDisposable
{
    private readonly StreamNode _node;
    private readonly StreamRuntime _runtime;
    private readonly StreamPublisher _publisher;
    private readonly PeerSearch _search;
    private readonly StreamLimits _limits;
    private readonly CancellationTokenSource _stopping = new();

    private PublishedStream(
        StreamNode node, StreamRuntime runtime, StreamPublisher publisher, StreamLink link,
        StreamLimits limits, DhtItem? item)
    {
        _node = node;
        _runtime = runtime;
        _publisher = publisher;
        Link = link;
        _limits = limits;
        _search = new PeerSearch(node, runtime, link: null, item);
        Completion = publisher.FollowAsync(_stopping.Token);
    }

    /// <summary>The link to give to viewers, with this node as a hint.</summary>
    public StreamLink Link { get; }

    /// <summary>The catalog that holds now.</summary>
    public Catalog Catalog => _publisher.Catalog;

    /// <summary>Bytes per second that this stream sends, at most; null: no limit of its own. May be changed at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 16,384 or above 2^36.</exception>
    public long? UploadLimit
    {
        get => _limits.Upload;
        set => _limits.Upload = value;
    }

    /// <summary>What has been counted, at most 200 ms old.</summary>
    public SwarmStatistics Statistics => _runtime.Board.Statistics;

    /// <summary>Completes when the source has ended: at once for what is on demand. Faults when the source fails.</summary>
    public Task Completion { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _search.DisposeAsync();
        await _node.RemoveStreamAsync(_runtime);
        await _publisher.DisposeAsync();
        _stopping.Dispose();
    }

    internal static async Task<PublishedStream> StartAsync(
        StreamNode node, IStreamSource source, PublishOptions options,
        CancellationToken cancellationToken)
    {
        // What fails half-way leaves nothing behind: the host may try again.
        StreamPublisher? publisher = null;
        StreamRuntime? runtime = null;
        try
        {
            var description = await source.DescribeAsync(cancellationToken);
            var servesMedia = options.ServeMedia ?? description.Origin.Length == 0;
            publisher = new StreamPublisher(source, description, options, node.Options.Time);
            await publisher.ReadWhatExistsAsync(cancellationToken);
            var stream = options.Key.StreamId(options.Name);
            runtime = node.AddStream(
                node.NewSwarmOptions(options.Key.PublicKey, options.Name, stream) with
                {
                    IsViewer = false,
                    ServesOwnMedia = servesMedia,
                },
                policy: null, namedOrigins: [], options.Secret);
            var limits = new StreamLimits(node, stream) { Upload = options.UploadLimit };
            if (servesMedia) runtime.OwnMedia = publisher.ReadBlockAsync;
            await publisher.OfferAsync(runtime);
            var item = node.Dht is not null && node.Options.KeepDhtItems
                ? StreamItems.Sign(options.Key, publisher.Authority, node.DialAddresses, options.Secret)
                : null;
            return new PublishedStream(
                node, runtime, publisher, LinkOf(node, options, description), limits, item);
        }
        catch
        {
            if (runtime is not null) await node.RemoveStreamAsync(runtime);
            // The publisher owns the source once there is one.
            await (publisher?.DisposeAsync() ?? source.DisposeAsync());
            throw;
        }
    }

    private static StreamLink LinkOf(
        StreamNode node, PublishOptions options, SourceDescription description) => new()
    {
        Key = options.Key.PublicKey,
        Name = options.Name,
        Secret = options.Secret,
        Peers = node.DialAddresses,
        Origins = description.Origin.Length == 0 ? [] : [description.Origin],
        Bootstrap = node.Dht is null
            ? []
            : [.. node.DhtAddresses.Concat(node.Options.Bootstrap).Take(8)],
    };
}
