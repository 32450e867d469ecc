using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>What a DHT node knows and keeps, as of its last turn.</summary>
/// <param name="Nodes">Nodes in the routing tables that are not known to be dead.</param>
/// <param name="InfoHashes">Info-hashes that peers are kept for.</param>
/// <param name="Peers">Peers that are kept for others.</param>
/// <param name="Items">Items that are kept for others (BEP 44).</param>
/// <param name="Queries">Queries under way.</param>
public sealed record DhtStatistics(int Nodes, int InfoHashes, int Peers, int Items, int Queries)
{
    internal static DhtStatistics Of(KademliaNode node) => new(node.RoutingTableSize,
        node.StoredInfoHashes, node.StoredPeers, node.StoredItems, node.PendingQueries);
}
