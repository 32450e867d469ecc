namespace P2PStream.Discovery;

/// <summary>Up to k nodes of one region of the key space, and as many that wait for a
/// place.</summary>
internal sealed class Bucket(TimeSpan now)
{
    public List<NodeEntry> Nodes { get; } = [];

    /// <summary>Nodes that answered while the bucket was full, the latest last.</summary>
    public List<NodeEntry> Replacements { get; } = [];

    /// <summary>When a node was last added or answered, or a refresh began.</summary>
    public TimeSpan LastChange { get; set; } = now;

    /// <summary>A node that gives way to this one: a bad one, or one whose address does not allow
    /// its ID, to one whose address does.</summary>
    public NodeEntry? FirstToYield(bool toRightfulId)
    {
        NodeEntry? wrongful = null;
        foreach (var node in Nodes)
        {
            if (node.IsBad) return node;
            if (toRightfulId && !node.HasRightfulId) wrongful ??= node;
        }

        return wrongful;
    }

    /// <summary>An entry, bad or not, that a node cannot be in one bucket with: of the same ID or,
    /// but for local addresses, of the same network.</summary>
    public NodeEntry? FirstRival(NodeId id, DhtEndPoint endPoint, bool isBad) =>
        FirstRival(Nodes, id, endPoint, isBad) ?? FirstRival(Replacements, id, endPoint, isBad);

    /// <summary>The node that was not heard for the longest time and is no longer good.</summary>
    public NodeEntry? StalestQuestionable(TimeSpan now, TimeSpan lifetime)
    {
        NodeEntry? stalest = null;
        foreach (var node in Nodes)
        {
            if (node.IsBad || node.IsGood(now, lifetime)) continue;
            if (stalest is null || node.LastSeen < stalest.LastSeen) stalest = node;
        }

        return stalest;
    }

    private static NodeEntry? FirstRival(
        List<NodeEntry> nodes, NodeId id, DhtEndPoint endPoint, bool isBad)
    {
        foreach (var node in nodes)
        {
            if (node.IsBad != isBad) continue;
            if (node.Id == id) return node;
            if (!endPoint.IsLocal && node.EndPoint.Network == endPoint.Network) return node;
        }

        return null;
    }
}
