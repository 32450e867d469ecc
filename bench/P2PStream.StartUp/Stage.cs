using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using P2PStream.Http;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.StartUp;

/// <summary>What is at the near end: origin, DHT node, publisher without media, and a viewer that has
/// everything.</summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>The port behind the origin's that sends as fast as it may: to measure the rate.</summary>
    public const int RatePort = 40_077;

    private const string StreamName = "start-up";

    private readonly Stack<IAsyncDisposable> _parts = new();

    private Stage()
    {
    }

    public required OriginServer Origin { get; init; }

    public StreamLink? Hinted { get; private set; }

    public StreamLink? ByDht { get; private set; }

    private static IPAddress Address => IPAddress.Parse(ShapedPath.NearAddress);

    public static async Task<Stage> SetAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "media");
        var origin = await OriginServer.StartAsync(folder,
            new OriginServerOptions { Listen = new IPEndPoint(Address, 0) });
        var stage = new Stage { Origin = origin };
        stage._parts.Push(origin);
        var dht = new DhtNode(UdpDatagramSocket.Bind(new IPEndPoint(Address, 0)),
            new DhtNodeOptions(), TimeProvider.System);
        await dht.StartAsync([], default);
        stage._parts.Push(dht);
        var bootstrap = dht.LocalEndPoint.ToString();

        using var key = RootKey.FromSeed(RandomNumberGenerator.GetBytes(RootKey.SeedBytes));
        var publisher = await stage.StartNodeAsync(bootstrap);
        var source = await StreamSource.OpenAsync(Path.Combine(folder, "master.m3u8"),
            new StreamSourceOptions { Origin = origin.BaseUri });
        stage._parts.Push(await publisher.PublishAsync(
            source, new PublishOptions { Key = key, Name = StreamName, ServeMedia = false }));

        // The origin has a private address: only a link that names it leads viewers there.
        var byDht = new StreamLink
        {
            Key = key.PublicKey,
            Name = StreamName,
            Bootstrap = [bootstrap],
            Origins = [origin.BaseUri.AbsoluteUri],
        };
        var seed = await stage.StartNodeAsync(bootstrap);
        var watched = await seed.WatchAsync(byDht);
        stage._parts.Push(watched);
        await watched.WaitForCatalogAsync();
        await FetchAllAsync(watched);
        stage.ByDht = byDht;
        stage.Hinted = byDht with { Peers = [seed.DialAddress, publisher.DialAddress] };
        return stage;
    }

    /// <summary>Sends to each who connects until he leaves.</summary>
    public static async Task SendAsync(CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(Address, RatePort);
        listener.Start();
        var bytes = new byte[64 * 1024];
        while (true)
        {
            using var socket = await listener.AcceptSocketAsync(cancellationToken);
            try
            {
                while (true) await socket.SendAsync(bytes, cancellationToken);
            }
            catch (SocketException)
            {
                // Enough.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part)) await part.DisposeAsync();
    }

    private static async Task FetchAllAsync(WatchedStream watched)
    {
        await Task.WhenAll(TrackChoice.BestOfEach(watched.Catalog).Select(async id =>
        {
            await foreach (var segment in watched.ReadTrackAsync(id))
            {
                await segment.CopyToAsync(Stream.Null, default);
                await segment.DisposeAsync();
            }

            var track = watched.Catalog.Tracks.First(candidate => candidate.Id == id);
            foreach (var record in await watched.GetRecordsAsync(track.InitializationTrack, default))
            {
                await using var head = await watched.OpenSegmentAsync(record.Id, default);
                await head.CopyToAsync(Stream.Null, default);
            }
        }));
    }

    private async Task<StreamNode> StartNodeAsync(string bootstrap)
    {
        var client = new HttpOriginClient();
        var options = new StreamNodeOptions { Listen = new IPEndPoint(Address, 0), Origin = client };
        options.Bootstrap.Add(bootstrap);
        var node = await StreamNode.StartAsync(options);
        _parts.Push(node);
        return node;
    }
}
