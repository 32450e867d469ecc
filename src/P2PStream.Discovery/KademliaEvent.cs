namespace P2PStream.Discovery;

/// <summary>Something that an operation brought about.</summary>
/// <param name="Kind">What.</param>
/// <param name="Operation">Whose.</param>
/// <param name="Peer">The peer that was found.</param>
/// <param name="Count">At the end: the nodes that stored an announced peer, or else the nearest
/// nodes that answered.</param>
public readonly record struct KademliaEvent(
    KademliaEventKind Kind, DhtOperation Operation, DhtEndPoint Peer, int Count);
