using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>What a node listens on: its transport's listeners and the DHT's sockets, on one port number.</summary>
internal sealed class NodeSockets : IAsyncDisposable
{
    private readonly NodePorts? _ports;
    private readonly LinkIdentity? _ownIdentity;
    private readonly IReadOnlyList<DatagramDemultiplexer> _datagrams;

    private NodeSockets(ITransport transport, IReadOnlyList<ILinkListener> listeners, NodePorts? ports,
        LinkIdentity? ownIdentity, IReadOnlyList<DatagramDemultiplexer> datagrams, DhtNode? dht,
        IPAddress? advertised)
    {
        Transport = transport;
        Listeners = listeners;
        _ports = ports;
        _ownIdentity = ownIdentity;
        _datagrams = datagrams;
        Dht = dht;
        var links = LinksAt(listeners[0].LocalAddress);
        EndPoint = ports?.Pairs[0].EndPoint ?? links ?? new IPEndPoint(IPAddress.None, 0);
        ListenPort = links?.Port ?? 0;
        DialValues = [.. listeners.Select(listener => LinksAt(listener.LocalAddress) is { } endPoint
            ? Told(endPoint, advertised)
            : listener.LocalAddress.Value)];
        DhtValues = dht is null
            ? []
            : [.. ports!.Pairs.Select(pair => Told(pair.EndPoint, advertised))];
    }

    public ITransport Transport { get; }

    /// <summary>One of each address.</summary>
    public IReadOnlyList<ILinkListener> Listeners { get; }

    public DhtNode? Dht { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>The port that peers are told; 0 where the transport has none.</summary>
    public int ListenPort { get; }

    /// <summary>Where others dial, one of each listener.</summary>
    public IReadOnlyList<string> DialValues { get; }

    /// <summary>Where the DHT's sockets are reached; empty where there are none.</summary>
    public IReadOnlyList<string> DhtValues { get; }

    public static async Task<NodeSockets> OpenAsync(
        StreamNodeOptions options, CancellationToken cancellationToken)
    {
        NodePorts? ports = null;
        LinkIdentity? identity = null;
        var listeners = new List<ILinkListener>();
        try
        {
            var transport = options.Transport;
            if (transport is null || options.EnableDht)
                ports = await NodePorts.BindAsync(options.Listen, options.ListenIPv6);
            if (transport is null)
            {
                identity = options.Identity is null ? LinkIdentity.Create() : null;
                var tcp = new TlsTcpTransport(options.Identity ?? identity!,
                    new TlsTcpOptions { Time = options.Time });
                foreach (var pair in ports!.Pairs) listeners.Add(tcp.Listen(pair.Listener));
                transport = tcp;
            }
            else
            {
                listeners.Add(
                    await transport.ListenAsync(options.TransportListen!.Value, cancellationToken));
            }

            DatagramDemultiplexer[] datagrams = [];
            DhtNode? dht = null;
            if (options.EnableDht)
            {
                var log = options.Logging.CreateLogger("P2PStream.Discovery");
                datagrams =
                [
                    .. ports!.Pairs.Select(
                        pair => new DatagramDemultiplexer(pair.Datagrams, options.Time, log)),
                ];
                dht = new DhtNode([.. datagrams.Select(one => one.View(DatagramKind.Dht))],
                    new DhtNodeOptions
                    {
                        TableFile = options.DhtTableFile,
                        Log = log,
                    }, options.Time);
                await dht.StartAsync(
                    await ResolveAsync(options.Bootstrap, cancellationToken), cancellationToken);
            }

            return new NodeSockets(
                transport, listeners, ports, identity, datagrams, dht, options.AdvertisedAddress);
        }
        catch
        {
            foreach (var listener in listeners) await listener.DisposeAsync();
            if (ports is not null) await ports.DisposeAsync();
            identity?.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in Listeners) await listener.DisposeAsync();
        if (Dht is not null) await Dht.DisposeAsync();
        foreach (var datagrams in _datagrams) await datagrams.DisposeAsync();
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

    private static string Told(IPEndPoint endPoint, IPAddress? advertised)
    {
        var address = advertised?.AddressFamily == endPoint.AddressFamily
            ? advertised
            : Reachable(endPoint.Address);
        return new IPEndPoint(address, endPoint.Port).ToString();
    }

    /// <summary>Who listens everywhere is told to others by its first address that is not loopback.</summary>
    private static IPAddress Reachable(IPAddress address)
    {
        if (!address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)) return address;
        foreach (var card in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (card.OperationalStatus != OperationalStatus.Up
                || card.NetworkInterfaceType == NetworkInterfaceType.Loopback) continue;
            foreach (var unicast in card.GetIPProperties().UnicastAddresses)
                if (unicast.Address.AddressFamily == address.AddressFamily
                    && !unicast.Address.IsIPv6LinkLocal) return unicast.Address;
        }

        return address.AddressFamily == AddressFamily.InterNetwork
            ? IPAddress.Loopback
            : IPAddress.IPv6Loopback;
    }
}
