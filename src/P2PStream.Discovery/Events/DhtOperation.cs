namespace P2PStream.Discovery;

/// <summary>Names an operation that was started on a Kademlia node, for as long as the node
/// lives.</summary>
/// <param name="Number">Counts up from 1.</param>
public readonly record struct DhtOperation(long Number);
