namespace P2PStream.Discovery;

/// <summary>What a Kademlia node has to tell.</summary>
public enum KademliaEventKind
{
    /// <summary>A look-up found a peer.</summary>
    PeerFound,

    /// <summary>An operation has ended; nothing more comes of it.</summary>
    Ended,
}
