using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using P2PStream.Discovery;
using P2PStream.Protocol;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>
/// A node: one identity, one port, the links that its streams share. Owns everything that it starts;
/// disposing it says goodbye to all peers.
/// </summary>
public sealed class StreamNode : IAsyncDisposable
{
    private readonly ConcurrentDictionary<StreamId, StreamRuntime> _streams = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _token;
    private readonly LinkTable _links;
    private readonly ILogger _log;
    private readonly long _started;
    private readonly NodeSockets _sockets;
    private readonly Task _accepting;
    private readonly UInt128 _nonce;
    private int _disposed;

    private StreamNode(StreamNodeOptions options, NodeSockets sockets)
    {
        Options = options;
        _token = _stopping.Token;
        _sockets = sockets;
        _started = options.Time.GetTimestamp();
        _log = options.Logging.CreateLogger("P2PStream.Node");
        Limits = new NodeLimits(options);
        Pool = new BlockPool((int)(options.MemoryBytes / ContentLimits.BlockBytes));
        _nonce = new UInt128(
            BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
            BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));
        _links = new LinkTable(this, _log);
        Lan = options.Lan is { } lan ? new LanDiscovery(lan, options.Time) : null;
        _accepting = Task.WhenAll(sockets.Listeners.Select(AcceptAsync));
        foreach (var listener in sockets.Listeners)
            Log.Listening(_log, Id.ShortName, listener.LocalAddress.ToString());
    }

    /// <summary>This node's identity on its links.</summary>
    public PeerId Id => _sockets.Transport.LocalId;

    /// <summary>Where it listens: links by TCP and the DHT by UDP, with the real port. With another transport
    /// where the DHT does; without a DHT where that transport does, if that is an IP address; else
    /// <see cref="IPAddress.None"/> and port 0.</summary>
    public IPEndPoint EndPoint => _sockets.EndPoint;

    /// <summary>Where links can be dialled, as <c>host:port</c> or another transport's own text.</summary>
    public string DialAddress => _sockets.DialValues[0];

    /// <summary>All of <see cref="DialAddress"/>: of a node with <see cref="StreamNodeOptions.ListenIPv6"/>
    /// two.</summary>
    public IReadOnlyList<string> DialAddresses => _sockets.DialValues;

    /// <summary>Where the DHT node is reached, as <c>host:port</c>; empty without one.</summary>
    internal IReadOnlyList<string> DhtAddresses => _sockets.DhtValues;

    /// <summary>The DHT node; null when it is switched off.</summary>
    public DhtNode? Dht => _sockets.Dht;

    /// <summary>Bytes per second that all links together send, at most; null: no limit. May be changed at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 16,384 or above 2^36.</exception>
    public long? UploadLimit
    {
        get => Limits.Upload.Rate;
        set => Limits.Upload.Rate = value;
    }

    /// <summary>Bytes per second that all links and the origin together bring, at most; null: no limit. May be changed at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 16,384 or above 2^36.</exception>
    public long? DownloadLimit
    {
        get => Limits.Download.Rate;
        set => Limits.Download.Rate = value;
    }

    /// <summary>The search of the local network; null when it is switched off.</summary>
    public LanDiscovery? Lan { get; }

    internal StreamNodeOptions Options { get; }

    internal NodeLimits Limits { get; }

    internal BlockPool Pool { get; }

    internal int LinkCount => _links.Count;

    internal int LinksMade => _links.Made;

    internal ITransport Transport => _sockets.Transport;

    /// <summary>Its addresses as others may see them; those of local networks, too.</summary>
    internal IEnumerable<IPAddress> OwnAddresses
    {
        get
        {
            foreach (var address in DialAddresses)
                if (IPEndPoint.TryParse(address, out var endPoint)) yield return endPoint.Address;
            foreach (var observed in Dht?.ObservedEndPoints ?? []) yield return observed.Address;
        }
    }

    internal TimeSpan Now => Options.Time.GetElapsedTime(_started);

    /// <summary>Starts a node: binds, listens, and joins the DHT in the background.</summary>
    /// <exception cref="ArgumentException">The options are not valid; the message says which.</exception>
    /// <exception cref="LinkException">The address is in use or not ours.</exception>
    public static async Task<StreamNode> StartAsync(
        StreamNodeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { } problem) throw new ArgumentException(problem, nameof(options));
        var sockets = await NodeSockets.OpenAsync(options, cancellationToken);
        return new StreamNode(options, sockets);
    }

    /// <summary>Publishes a stream. Returns when what exists of it is hashed, signed and offered.</summary>
    /// <param name="source">What to publish; disposed with the published stream, or when publishing
    /// fails.</param>
    /// <param name="options">Under which key and name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StreamSourceException">The source is missing or malformed.</exception>
    /// <exception cref="InvalidOperationException">This node has that stream already.</exception>
    public async Task<PublishedStream> PublishAsync(
        IStreamSource source, PublishOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        return await PublishedStream.StartAsync(this, source, options, cancellationToken);
    }

    /// <summary>Watches a stream. Returns at once; <see cref="WatchedStream.WaitForCatalogAsync"/> waits for it.</summary>
    /// <exception cref="InvalidOperationException">This node has that stream already.</exception>
    public Task<WatchedStream> WatchAsync(
        StreamLink link, WatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(link);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new WatchedStream(this, link, options ?? new WatchOptions()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        // First: what is being dialled or accepted now would be linked for nothing.
        await _stopping.CancelAsync();
        foreach (var stream in _streams.Values) await stream.DisposeAsync();
        await _links.DisposeAsync();
        if (Lan is not null) await Lan.DisposeAsync();
        await _sockets.DisposeAsync();
        await _accepting;
        _stopping.Dispose();
        Limits.Dispose();
    }

    /// <param name="options">What the swarm is told; whether it uses the origin, too.</param>
    /// <param name="policy">Decides who is served; null: the node's.</param>
    /// <param name="namedOrigins">Origins that the link names.</param>
    /// <param name="secret">The stream's secret, if it has one.</param>
    internal StreamRuntime AddStream(
        SwarmOptions options, IUploadPolicy? policy, IReadOnlyList<string> namedOrigins,
        StreamSecret? secret)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (_streams.ContainsKey(options.Stream)) throw HasItAlready();
        var seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        var budget = new DownloadBudget(Limits.Download, options.Stream);
        var swarm = new StreamSwarm(
            options, Options.Picker(seed), Pool, policy ?? Options.UploadPolicy, budget);
        var store = options.HasBlockStore ? Options.Store!(options.Stream) : null;
        var runtime = new StreamRuntime(
            this, options, swarm, budget, options.UseOrigin ? Options.Origin : null, namedOrigins,
            store, secret);
        if (_streams.TryAdd(options.Stream, runtime)) return runtime;
        _ = runtime.DisposeAsync().AsTask();
        throw HasItAlready();
    }

    internal async ValueTask RemoveStreamAsync(StreamRuntime runtime)
    {
        lock (_streams)
        {
            // Its limits go first: whoever adds the stream again sets its own.
            if (FindStream(runtime.Options.Stream) != runtime) return;
            Limits.Forget(runtime.Options.Stream);
            _streams.TryRemove(runtime.Options.Stream, out _);
        }

        _links.Close(runtime);
        await runtime.DisposeAsync();
    }

    internal StreamRuntime? FindStream(StreamId stream) => _streams.GetValueOrDefault(stream);

    /// <summary>The stream that who knows its id may join.</summary>
    internal StreamRuntime? FindOpenStream(StreamId stream) =>
        FindStream(stream) is { Secret: null } runtime ? runtime : null;

    /// <summary>The stream whose secret the opener of a channel has shown to have.</summary>
    internal StreamRuntime? FindSecretStream(ReadOnlySpan<byte> tag, PeerId opener)
    {
        foreach (var runtime in _streams.Values)
            if (SecretTags.Opens(tag, runtime, opener, Id)) return runtime;
        return null;
    }

    internal void Dial(DialAddress address, StreamRuntime runtime) =>
        _links.Dial(address, runtime, _token);

    internal void Ban(PeerChannel peer) => _links.Ban(peer);

    internal LinkPump NewPump(ILink link, ISessionObserver observer) =>
        new(link, new PeerSession(new SessionOptions
        {
            IsInitiator = link.Info.IsInitiator,
            Nonce = _nonce,
            ListenPort = (ushort)_sockets.ListenPort,
            Started = LinkPump.Now(Options.Time),
        }), Options.Time, observer, new LinkLimits(Limits.Upload, Limits.Download,
            LinkAdmission.NeighbourhoodOf(link.Info.RemoteAddress.Value)));

    internal SwarmOptions NewSwarmOptions(Hash256 rootKey, string name, StreamId stream) => new()
    {
        Stream = stream,
        RootKey = rootKey,
        Name = name,
        Self = Id,
        TransportTag = Transport.Tag,
        TargetLinks = Options.TargetLinks,
        MaxLinks = Options.MaxLinks,
        ExchangesPeers = Options.ExchangePeers,
        RegionOf = Options.RegionOf,
        PrefetchAhead = Options.PrefetchAhead,
        PrefetchBytes = Options.MemoryBytes / 3,
        UnixSecondsAtZero = (Options.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds
            - Now.TotalSeconds,
    };

    private static InvalidOperationException HasItAlready() =>
        new("This node publishes or watches that stream already.");

    private async Task AcceptAsync(ILinkListener listener)
    {
        try
        {
            while (await listener.AcceptAsync(_token) is { } link)
                _links.Accepted(link, _token);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // Stopping.
        }
        catch (IOException error)
        {
            Log.AcceptFailed(_log, error.Message);
        }
    }
}
