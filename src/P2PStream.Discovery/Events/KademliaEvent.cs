namespace P2PStream.Discovery;

/// <summary>Something that an operation brought about.</summary>
/// <param name="Kind">What.</param>
/// <param name="Operation">Whose.</param>
/// <param name="Peer">The peer or node that was found.</param>
/// <param name="Count">At the end: the nodes that stored what was to be stored, or else the nearest
/// nodes that answered.</param>
public readonly record struct KademliaEvent(
    KademliaEventKind Kind, DhtOperation Operation, DhtEndPoint Peer, int Count)
{
    /// <summary>The item that was found, verified; newer than any that the operation found
    /// before.</summary>
    public DhtItem? Item { get; init; }

    /// <summary>The ID of the node that was found; its endpoint is <see cref="Peer"/>.</summary>
    public NodeId Node { get; init; }

    /// <summary>The info-hash that was found.</summary>
    public InfoHash InfoHash { get; init; }

    /// <summary>At the end of a put: the nodes that keep another version than the one to be
    /// replaced, or a newer one than ours.</summary>
    public int Conflicts { get; init; }

    /// <summary>At the end: queries in a row that led to the nearest node.</summary>
    public int Hops { get; init; }

    /// <summary>At the end of a scrape: peers that have everything, estimated.</summary>
    public double Seeds { get; init; }

    /// <summary>At the end of a scrape: other peers, estimated.</summary>
    public double Downloaders { get; init; }
}
