using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>What a node listens on: its transport's listener and the DHT's socket, on one port number.</summary>
internal sealed class NodeSockets : IAsyncDisposable
{
    private readonly PortPair? _ports;
    private readonly LinkIdentity? _ownIdentity;
    private readonly DatagramDemultiplexer? _datagrams;

    private NodeSockets(ITransport transport, ILinkListener listener, PortPair? ports,
        LinkIdentity? ownIdentity, DatagramDemultiplexer? datagrams, DhtNode? dht, IPAddress? advertised)
    {
        Transport = transport;
        Listener = listener;
        _ports = ports;
        _ownIdentity = ownIdentity;
        _datagrams = datagrams;
        Dht = dht;
        var links = LinksAt(listener.LocalAddress);
        EndPoint = ports?.EndPoint ?? links ?? new IPEndPoint(IPAddress.None, 0);
        ListenPort = links?.Port ?? 0;
        DialValue = links is null ? listener.LocalAddress.Value : Told(links, advertised);
        DhtValue = ports is null ? "" : Told(ports.EndPoint, advertised);
    }

    public ITransport Transport { get; }

    public ILinkListener Listener { get; }

    public DhtNode? Dht { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>The port that peers are told; 0 where the transport has none.</summary>
    public int ListenPort { get; }

    public string DialValue { get; }

    /// <summary>Where the DHT's socket is reached; empty where there is none.</summary>
    public string DhtValue { get; }

    public static async Task<NodeSockets> OpenAsync(
        StreamNodeOptions options, CancellationToken cancellationToken)
    {
        PortPair? ports = null;
        LinkIdentity? identity = null;
        ILinkListener? listener = null;
        try
        {
            var transport = options.Transport;
            if (transport is null || options.EnableDht) ports = PortPair.Bind(options.Listen);
            if (transport is null)
            {
                identity = options.Identity is null ? LinkIdentity.Create() : null;
                var tcp = new TlsTcpTransport(options.Identity ?? identity!,
                    new TlsTcpOptions { Time = options.Time });
                listener = tcp.Listen(ports!.Listener);
                transport = tcp;
            }
            else listener = await transport.ListenAsync(options.TransportListen!.Value, cancellationToken);

            DatagramDemultiplexer? datagrams = null;
            DhtNode? dht = null;
            if (options.EnableDht)
            {
                datagrams = new DatagramDemultiplexer(ports!.Datagrams);
                dht = new DhtNode(datagrams.View(DatagramKind.Dht),
                    new DhtNodeOptions
                    {
                        TableFile = options.DhtTableFile,
                        Log = options.Logging.CreateLogger("P2PStream.Discovery"),
                    }, options.Time);
                await dht.StartAsync(
                    await ResolveAsync(options.Bootstrap, cancellationToken), cancellationToken);
            }

            return new NodeSockets(
                transport, listener, ports, identity, datagrams, dht, options.AdvertisedAddress);
        }
        catch
        {
            if (listener is not null) await listener.DisposeAsync();
            if (ports is not null) await ports.DisposeAsync();
            identity?.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        if (Dht is not null) await Dht.DisposeAsync();
        if (_datagrams is not null) await _datagrams.DisposeAsync();
        if (_ports is not null) await _ports.DisposeAsync();
        _ownIdentity?.Dispose();
    }

    private static async Task<IReadOnlyList<IPEndPoint>> ResolveAsync(
        IEnumerable<string> nodes, CancellationToken cancellationToken)
    {
        var resolved = new List<IPEndPoint>();
        foreach (var node in nodes)
            if (HostPort.TryParse(node, out var parsed))
                resolved.AddRange(await parsed.ResolveAsync(cancellationToken));
        return resolved;
    }

    /// <summary>Where links are accepted; null for a transport whose addresses are no
    /// <c>address:port</c>.</summary>
    private static IPEndPoint? LinksAt(TransportAddress address) =>
        IPEndPoint.TryParse(address.Value, out var endPoint) && endPoint.Port != 0 ? endPoint : null;

    private static string Told(IPEndPoint endPoint, IPAddress? advertised) =>
        new IPEndPoint(advertised ?? Reachable(endPoint.Address), endPoint.Port).ToString();

    /// <summary>Who listens everywhere is told to others by its first address that is not loopback.</summary>
    private static IPAddress Reachable(IPAddress address)
    {
        if (!address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)) return address;
        foreach (var card in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (card.OperationalStatus != OperationalStatus.Up
                || card.NetworkInterfaceType == NetworkInterfaceType.Loopback) continue;
            foreach (var unicast in card.GetIPProperties().UnicastAddresses)
                if (unicast.Address.AddressFamily == AddressFamily.InterNetwork) return unicast.Address;
        }

        return IPAddress.Loopback;
    }
}
