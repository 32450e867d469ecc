using System.Net;
using System.Runtime.CompilerServices;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <content>What a node can be asked to do beside joining and peers.</content>
public sealed partial class DhtNode
{
    /// <summary>Asks an endpoint whether a node is there.</summary>
    /// <param name="to">Of a family that this node speaks.</param>
    /// <param name="cancellationToken">Gives up; the node itself waits 15 s.</param>
    /// <returns>The other's ID; null when nobody answers.</returns>
    public async Task<NodeId?> PingAsync(
        IPEndPoint to, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        var endPoint = DhtEndPoint.From(to);
        var events = EventsAsync((node, now) => node.Ping(endPoint, now), cancellationToken);
        NodeId? id = null;
        await foreach (var e in events.ConfigureAwait(false))
            if (e.Kind == KademliaEventKind.NodeFound) id = e.Node;
        return id;
    }

    /// <summary>Looks for the nodes nearest to a point.</summary>
    /// <param name="target">The point.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Those that answered, nearest first; of a dual stack, those of IPv4 and IPv6
    /// together.</returns>
    public async Task<IReadOnlyList<DhtContact>> FindNodeAsync(
        NodeId target, CancellationToken cancellationToken = default)
    {
        var events = EventsAsync((node, now) => node.FindNode(target, now), cancellationToken);
        var found = new List<DhtContact>();
        await foreach (var e in events.ConfigureAwait(false))
        {
            if (e.Kind == KademliaEventKind.NodeFound)
                found.Add(new DhtContact(e.Node, e.Peer.ToIPEndPoint()));
        }

        found.Sort((left, right) => (left.Id ^ target).CompareTo(right.Id ^ target));
        return found;
    }

    /// <summary>Looks for an item (BEP 44) and returns the newest version there is; null when there
    /// is none, or none that verifies.</summary>
    /// <param name="target">Where it is kept, from <see cref="DhtItem"/>.</param>
    /// <param name="salt">The salt of a mutable item, at most
    /// <see cref="DhtItem.MaxSaltBytes"/>, or none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The salt is longer.</exception>
    public async Task<DhtItem?> GetItemAsync(NodeId target, ReadOnlyMemory<byte> salt = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            salt.Length, DhtItem.MaxSaltBytes, nameof(salt));
        var events = EventsAsync(
            (node, now) => node.GetItem(target, salt.Span, now), cancellationToken);
        DhtItem? newest = null;
        await foreach (var e in events.ConfigureAwait(false))
            newest = e.Item ?? newest;
        return newest;
    }

    /// <summary>Stores an item with the nearest nodes (BEP 44), which keep it for two hours:
    /// <see cref="KeepItemAsync"/> repeats it.</summary>
    /// <param name="item">Ours, or anybody's, unchanged.</param>
    /// <param name="replaces">Store it only where the version is this one (<c>cas</c>); null for
    /// wherever it is older.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DhtPutResult> PutItemAsync(
        DhtItem item, long? replaces = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        var events = EventsAsync(
            (node, now) => node.PutItem(item, now, replaces), cancellationToken);
        DhtItem? newest = null;
        var last = default(KademliaEvent);
        await foreach (var e in events.ConfigureAwait(false))
        {
            newest = e.Item ?? newest;
            last = e;
        }

        var newer = newest?.Sequence > item.Sequence ? newest : null;
        return new DhtPutResult(last.Count, last.Conflicts, newer);
    }

    /// <summary>Announces this host as a peer, and again every quarter of an hour, when many more nodes are known
    /// than the last time, and soon while nobody was reached, until it is cancelled.</summary>
    /// <param name="infoHash">What to be found under.</param>
    /// <param name="port">The port that peers should connect to; 0 for the DHT's own.</param>
    /// <param name="stored">Called each time with the number of nodes that stored it; must be quick. Null for
    /// nobody.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task KeepAnnouncedAsync(InfoHash infoHash, ushort port,
        Action<int>? stored = null, CancellationToken cancellationToken = default)
    {
        var events = EventsAsync(
            (node, now) => node.KeepAnnounced(infoHash, port, now), cancellationToken);
        await foreach (var e in events.ConfigureAwait(false))
            if (e.Kind == KademliaEventKind.Renewed) stored?.Invoke(e.Count);
        throw new ObjectDisposedException(nameof(DhtNode));
    }

    /// <summary>Stores an item, and again every hour, until it is cancelled or a newer version is
    /// found.</summary>
    /// <param name="item">Ours, or anybody's, unchanged.</param>
    /// <param name="stored">Called each time with the number of nodes that keep it now; must be
    /// quick. Null for nobody.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The newer version.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<DhtItem> KeepItemAsync(
        DhtItem item, Action<int>? stored = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        var events = EventsAsync((node, now) => node.KeepItem(item, now), cancellationToken);
        await foreach (var e in events.ConfigureAwait(false))
        {
            if (e.Item is { } newer && newer.Sequence > item.Sequence) return newer;
            if (e.Kind == KademliaEventKind.Renewed) stored?.Invoke(e.Count);
        }

        throw new ObjectDisposedException(nameof(DhtNode));
    }

    /// <summary>Estimates how many peers there are (BEP 33).</summary>
    /// <param name="infoHash">What they were announced under.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DhtScrapeResult> ScrapeAsync(
        InfoHash infoHash, CancellationToken cancellationToken = default)
    {
        var end = await EndAsync((node, now) => node.Scrape(infoHash, now), cancellationToken)
            .ConfigureAwait(false);
        return new DhtScrapeResult(end.Seeds, end.Downloaders);
    }

    /// <summary>Asks the nodes around a point which info-hashes they know (BEP 51).</summary>
    /// <param name="target">The point.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<InfoHash> SampleInfoHashesAsync(
        NodeId target, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var events = EventsAsync(
            (node, now) => node.SampleInfoHashes(target, now), cancellationToken);
        await foreach (var e in events.ConfigureAwait(false))
            if (e.Kind == KademliaEventKind.InfoHashFound) yield return e.InfoHash;
    }
}
