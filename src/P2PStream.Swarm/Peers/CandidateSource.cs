namespace P2PStream.Swarm;

/// <summary>Who told of an address where a peer may listen. What stands first is the more trusted.</summary>
public enum CandidateSource
{
    /// <summary>The host, or the stream's link.</summary>
    Link,

    /// <summary>A node of the local network (BEP 14).</summary>
    Lan,

    /// <summary>The stream's item on the distributed hash table (BEP 44).</summary>
    Item,

    /// <summary>A look-up in the distributed hash table (BEP 5).</summary>
    Dht,

    /// <summary>The peer itself, when it linked: hearsay until it has been dialled.</summary>
    Itself,

    /// <summary>Another peer: hearsay.</summary>
    PeerExchange,
}
