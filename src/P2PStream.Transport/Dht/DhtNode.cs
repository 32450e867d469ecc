using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>
/// A node of the mainline DHT on a datagram socket, or on two for IPv4 and IPv6: one loop that owns
/// a <see cref="KademliaNode"/>, gives it datagrams and the time, and sends what it says. Owns the
/// sockets. All methods may be called from any thread.
/// </summary>
public sealed partial class DhtNode : IAsyncDisposable
{
    /// <summary>The name of the meter that tells what nodes do.</summary>
    public const string MeterName = "P2PStream.Discovery";

    private readonly IDatagramSocket[] _sockets;
    private readonly DhtPump _pump;
    private readonly DhtMetrics _metrics;
    private int _disposed;

    /// <summary>Makes a node; <see cref="StartAsync"/> starts it.</summary>
    /// <param name="socket">Its socket, which it disposes in the end.</param>
    /// <param name="options">How it is set up.</param>
    /// <param name="time">The clock.</param>
    public DhtNode(IDatagramSocket socket, DhtNodeOptions options, TimeProvider time)
        : this([socket], options, time)
    {
    }

    /// <summary>Makes a node for IPv4 and IPv6 (BEP 32); <see cref="StartAsync"/> starts it.
    /// </summary>
    /// <param name="sockets">One or two of different families, which it disposes in the
    /// end.</param>
    /// <param name="options">How it is set up.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">None, too many, or two of one family.</exception>
    public DhtNode(
        IReadOnlyList<IDatagramSocket> sockets, DhtNodeOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(sockets);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _sockets = [.. sockets];
        var seed = options.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        var id = options.Id ?? new NodeId(RandomNumberGenerator.GetBytes(NodeId.Size));
        var kademlia = options.Kademlia with { Families = FamiliesOf(_sockets) };
        var node = new KademliaNode(kademlia, id, seed);
        var file = options.TableFile is { } path ? new DhtTableFile(path, options.Log) : null;
        _pump = new DhtPump(_sockets, node, time, file, options.Log);
        Counters = node.Counters;
        _metrics = new DhtMetrics(options.Meters, Counters, () => Statistics);
    }

    /// <summary>The node's place in the key space; of a dual stack, in the network of IPv4. It
    /// changes when the address does (BEP 42).</summary>
    public NodeId Id => _pump.Id;

    /// <summary>Where the node is reached, as its first socket is bound.</summary>
    public IPEndPoint LocalEndPoint => _sockets[0].LocalEndPoint;

    /// <summary>Where the node is reached, as its sockets are bound.</summary>
    public IReadOnlyList<IPEndPoint> LocalEndPoints =>
        [.. _sockets.Select(socket => socket.LocalEndPoint)];

    /// <summary>Where others see this node, which behind a NAT is not where it is bound: one of each family, once
    /// nodes of two networks agree, or one on loopback has said.</summary>
    public IReadOnlyList<IPEndPoint> ObservedEndPoints => _pump.ObservedEndPoints;

    /// <summary>Nodes in the routing table that are not known to be dead.</summary>
    public int RoutingTableSize => Statistics.Nodes;

    /// <summary>What it knows and keeps.</summary>
    public DhtStatistics Statistics => _pump.Statistics;

    /// <summary>What it has done so far.</summary>
    public DhtCounters Counters { get; }

    /// <summary>Starts the node and begins to join through contacts. Joining goes on behind: a
    /// contact that is not up yet is tried again with growing pauses. Use
    /// <see cref="BootstrapAsync"/> to wait for it. Without contacts the node waits to be asked by
    /// others.</summary>
    /// <param name="bootstrap">Other nodes, of the socket's address family; others are ignored.
    /// </param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public Task StartAsync(
        IReadOnlyList<IPEndPoint> bootstrap, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bootstrap);
        cancellationToken.ThrowIfCancellationRequested();
        _pump.Start([.. bootstrap.Select(DhtEndPoint.From)]);
        return Task.CompletedTask;
    }

    /// <summary>Waits until the node has joined: until another has answered it.</summary>
    /// <param name="cancellationToken">Gives up waiting; the node goes on trying.</param>
    /// <returns>False at once when there is nobody to join through.</returns>
    public async Task<bool> BootstrapAsync(CancellationToken cancellationToken = default)
    {
        if (!_pump.HasContacts && RoutingTableSize == 0) return false;
        return (await EndAsync((node, now) => node.Join([], now), cancellationToken)
            .ConfigureAwait(false)).Count > 0;
    }

    /// <summary>Joins through further contacts, which a link may name, and waits as
    /// <see cref="BootstrapAsync"/> does.</summary>
    /// <param name="contacts">Other nodes, of the socket's address family.</param>
    /// <param name="cancellationToken">Gives up waiting; the node goes on trying.</param>
    public async Task<bool> JoinAsync(
        IReadOnlyList<IPEndPoint> contacts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contacts);
        DhtEndPoint[] endPoints = [.. contacts.Select(DhtEndPoint.From)];
        if (endPoints.Length > 0) _pump.AddContacts();
        return (await EndAsync((node, now) => node.Join(endPoints, now), cancellationToken)
            .ConfigureAwait(false)).Count > 0;
    }

    /// <summary>Looks for peers. Each comes once and as soon as it is heard of, long before the
    /// look-up ends; this host is among them if it has announced itself.</summary>
    /// <param name="infoHash">What they were announced under.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async IAsyncEnumerable<IPEndPoint> GetPeersAsync(
        InfoHash infoHash, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var events = EventsAsync(
            (node, now) => node.GetPeers(infoHash, now), cancellationToken);
        await foreach (var e in events.ConfigureAwait(false))
            if (e.Kind == KademliaEventKind.PeerFound) yield return e.Peer.ToIPEndPoint();
    }

    /// <summary>Announces this host as a peer. Other nodes forget it after about half an hour;
    /// repeat it before, and when <see cref="RoutingTableSize"/> was small and has grown.</summary>
    /// <param name="infoHash">What to be found under.</param>
    /// <param name="port">The port that peers should connect to; 0 for the DHT's own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The number of nodes that stored it; 0 when nobody was reached.</returns>
    public async Task<int> AnnounceAsync(
        InfoHash infoHash, ushort port, CancellationToken cancellationToken = default) =>
        (await EndAsync((node, now) => node.Announce(infoHash, port, now), cancellationToken)
            .ConfigureAwait(false)).Count;

    /// <summary>Stops the node, saves what it knows if it was told where, and disposes its sockets.
    /// Calls that wait end with an <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _pump.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
        foreach (var socket in _sockets) await socket.DisposeAsync().ConfigureAwait(false);
    }

    private static DhtFamilies FamiliesOf(IReadOnlyList<IDatagramSocket> sockets)
    {
        var families = default(DhtFamilies);
        foreach (var socket in sockets)
        {
            var family = socket.LocalEndPoint.AddressFamily == AddressFamily.InterNetworkV6
                ? DhtFamilies.IPv6
                : DhtFamilies.IPv4;
            if (families.HasFlag(family))
            {
                throw new ArgumentException(
                    "A node has one socket of each family.", nameof(sockets));
            }

            families |= family;
        }

        return families;
    }

    /// <summary>What an operation tells, to its end; leaving early ends it.</summary>
    private async IAsyncEnumerable<KademliaEvent> EventsAsync(
        Func<KademliaNode, TimeSpan, DhtOperation> start,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = new DhtCall();
        await _pump.BeginAsync(call, start, cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (var e in call.Events.ReadAllAsync(cancellationToken)
                .ConfigureAwait(false)) yield return e;
        }
        finally
        {
            if (!call.Events.Completion.IsCompleted) _pump.Abandon(call);
        }
    }

    private async Task<KademliaEvent> EndAsync(
        Func<KademliaNode, TimeSpan, DhtOperation> start, CancellationToken cancellationToken)
    {
        var last = default(KademliaEvent);
        await foreach (var e in EventsAsync(start, cancellationToken).ConfigureAwait(false))
            last = e;
        return last;
    }
}
