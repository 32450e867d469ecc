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
    private readonly Task _resolving;
    private readonly CancellationTokenSource _stopping;

    private NodeSockets(ITransport transport, IReadOnlyList<ILinkListener> listeners, NodePorts? ports,
        LinkIdentity? ownIdentity, IReadOnlyList<DatagramDemultiplexer> datagrams, DhtNode? dht,
        IPAddress? advertised, Task resolving, CancellationTokenSource stopping)
    {
        Transport = transport;
        Listeners = listeners;
        _ports = ports;
        _ownIdentity = ownIdentity;
        _datagrams = datagrams;
        _resolving = resolving;
        _stopping = stopping;
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
        DatagramDemultiplexer[] datagrams = [];
        DhtNode? dht = null;
        var resolving = Task.CompletedTask;
        var stopping = new CancellationTokenSource();
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
                var names = new BootstrapNames(log, options.Time);
                var missing = new List<string>();
                await dht.StartAsync(
                    await names.ResolveAsync(options.Bootstrap, missing, cancellationToken), cancellationToken);
                resolving = names.ResolveLaterAsync(missing, dht.JoinAsync, stopping.Token);
            }

            return new NodeSockets(transport, listeners, ports, identity, datagrams, dht,
                options.AdvertisedAddress, resolving, stopping);
        }
        catch
        {
            foreach (var listener in listeners) await listener.DisposeAsync();
            if (dht is not null) await dht.DisposeAsync();
            foreach (var one in datagrams) await one.DisposeAsync();
            if (ports is not null) await ports.DisposeAsync();
            identity?.Dispose();
            stopping.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _resolving;
        _stopping.Dispose();
        foreach (var listener in Listeners) await listener.DisposeAsync();
        if (Dht is not null) await Dht.DisposeAsync();
        foreach (var datagrams in _datagrams) await datagrams.DisposeAsync();
        if (_ports is not null) await _ports.DisposeAsync();
        _ownIdentity?.Dispose();
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
