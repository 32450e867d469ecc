namespace P2PStream.Discovery;

/// <summary>What a Kademlia node has to tell.</summary>
public enum KademliaEventKind
{
    /// <summary>A look-up found a peer.</summary>
    PeerFound,

    /// <summary>An operation has ended; nothing more comes of it.</summary>
    Ended,

    /// <summary>A look-up found an item, or a newer version of it.</summary>
    ItemFound,

    /// <summary>A look-up found an info-hash.</summary>
    InfoHashFound,

    /// <summary>A kept announce or item was stored once more; the operation goes on.</summary>
    Renewed,

    /// <summary>A node answered a ping, or is one of the nearest that a search for nodes found.
    /// </summary>
    NodeFound,
}
