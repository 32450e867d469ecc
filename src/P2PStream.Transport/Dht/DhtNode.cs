using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Threading.Channels;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>
/// A node of the mainline DHT on a datagram socket: one loop that owns a
/// <see cref="KademliaNode"/>, gives it datagrams and the time, and sends what it says. Owns the
/// socket. All methods may be called from any thread.
/// </summary>
public sealed class DhtNode : IAsyncDisposable
{
    private readonly IDatagramSocket _socket;
    private readonly DhtPump _pump;

    /// <summary>Makes a node; <see cref="StartAsync"/> starts it.</summary>
    /// <param name="socket">Its socket, which it disposes in the end.</param>
    /// <param name="options">How it is set up.</param>
    /// <param name="time">The clock.</param>
    public DhtNode(IDatagramSocket socket, DhtNodeOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _socket = socket;
        Id = options.Id ?? new NodeId(RandomNumberGenerator.GetBytes(NodeId.Size));
        var seed = options.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        var families = socket.LocalEndPoint.AddressFamily == AddressFamily.InterNetworkV6
            ? DhtFamilies.IPv6
            : DhtFamilies.IPv4;
        var kademlia = options.Kademlia with { Families = families };
        _pump = new DhtPump(socket, new KademliaNode(kademlia, Id, seed), time);
    }

    /// <summary>The node's place in the key space.</summary>
    public NodeId Id { get; }

    /// <summary>Where the node is reached, as its socket is bound.</summary>
    public IPEndPoint LocalEndPoint => _socket.LocalEndPoint;

    /// <summary>Nodes in the routing table that are not known to be dead.</summary>
    public int RoutingTableSize => _pump.RoutingTableSize;

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
        var call = new DhtCall();
        await _pump.BeginAsync(call, (node, now) => node.Join([], now), cancellationToken)
            .ConfigureAwait(false);
        return await CountAsync(call, cancellationToken).ConfigureAwait(false) > 0;
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
        if (endPoints.Length > 0) _pump.HasContacts = true;
        var call = new DhtCall();
        await _pump.BeginAsync(call, (node, now) => node.Join(endPoints, now), cancellationToken)
            .ConfigureAwait(false);
        return await CountAsync(call, cancellationToken).ConfigureAwait(false) > 0;
    }

    /// <summary>Looks for peers. Each comes once and as soon as it is heard of, long before the
    /// look-up ends; this host is among them if it has announced itself.</summary>
    /// <param name="infoHash">What they were announced under.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async IAsyncEnumerable<IPEndPoint> GetPeersAsync(
        InfoHash infoHash, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var call = new DhtCall();
        await _pump.BeginAsync(call, (node, now) => node.GetPeers(infoHash, now), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            await foreach (var peer in call.Peers.ReadAllAsync(cancellationToken)
                .ConfigureAwait(false)) yield return peer;
        }
        finally
        {
            _pump.Abandon(call);
        }
    }

    /// <summary>Announces this host as a peer. Other nodes forget it after about half an hour;
    /// repeat it before, and when <see cref="RoutingTableSize"/> was small and has grown.</summary>
    /// <param name="infoHash">What to be found under.</param>
    /// <param name="port">The port that peers should connect to; 0 for the DHT's own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The number of nodes that stored it; 0 when nobody was reached.</returns>
    public async Task<int> AnnounceAsync(
        InfoHash infoHash, ushort port, CancellationToken cancellationToken = default)
    {
        var call = new DhtCall();
        await _pump
            .BeginAsync(call, (node, now) => node.Announce(infoHash, port, now), cancellationToken)
            .ConfigureAwait(false);
        return await CountAsync(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the node and disposes its socket. Calls that wait end with an
    /// <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pump.DisposeAsync().ConfigureAwait(false);
        await _socket.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<int> CountAsync(DhtCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await call.Count.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!call.Count.IsCompleted) _pump.Abandon(call);
        }
    }
}
