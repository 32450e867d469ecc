namespace P2PStream.Discovery;

/// <summary>A node that a look-up may ask.</summary>
internal sealed class LookupCandidate(DhtEndPoint endPoint, int depth)
{
    /// <summary>As others name it, until it has answered itself. Null for a bootstrap contact that
    /// has not.</summary>
    public NodeId? Id { get; private set; }

    public DhtEndPoint EndPoint { get; } = endPoint;

    /// <summary>Queries in a row that led to it, its own counted.</summary>
    public int Depth { get; } = depth;

    /// <summary>True when its address allows its ID (BEP 42).</summary>
    public bool HasRightfulId { get; private set; }

    /// <summary>True when it answered under another ID than it was named by.</summary>
    public bool IsMisnamed { get; set; }

    public CandidateState State { get; set; }

    /// <summary>The path that asked it, and whose its reply is.</summary>
    public LookupPath? Asker { get; set; }

    /// <summary>What it gave us to store with; null without one.</summary>
    public byte[]? Token { get; set; }

    /// <summary>Its filters of seeds and other peers (BEP 33), one after the other.</summary>
    public byte[]? Filters { get; set; }

    public bool IsAwaited => State is CandidateState.Asked or CandidateState.Slow;

    public void Name(NodeId id)
    {
        Id = id;
        HasRightfulId = NodeIdRule.IsValid(id, EndPoint);
    }
}
