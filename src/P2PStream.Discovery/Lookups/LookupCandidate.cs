namespace P2PStream.Discovery;

/// <summary>A node that a look-up may ask, under one name. Who answers under another ID is another
/// candidate, so that a false name harms nobody but whom it comes from.</summary>
internal sealed class LookupCandidate(DhtEndPoint endPoint, NodeId? id, int depth)
{
    /// <summary>Null for a bootstrap contact.</summary>
    public NodeId? Id { get; } = id;

    public DhtEndPoint EndPoint { get; } = endPoint;

    /// <summary>Queries in a row that led to it, its own counted.</summary>
    public int Depth { get; } = depth;

    /// <summary>True when its address allows its ID (BEP 42).</summary>
    public bool HasRightfulId { get; } = id is { } named && NodeIdRule.IsValid(named, endPoint);

    /// <summary>True for one that nobody named, but that answered under this ID when it was asked
    /// under another.</summary>
    public bool IsSelfNamed { get; init; }

    public CandidateState State { get; set; }

    /// <summary>The path whose its reply is.</summary>
    public LookupPath? Asker { get; set; }

    /// <summary>What it gave us to store with; null without one.</summary>
    public byte[]? Token { get; set; }

    /// <summary>Its filters of seeds and other peers (BEP 33), one after the other.</summary>
    public byte[]? Filters { get; set; }

    public bool IsAwaited => State is CandidateState.Asked or CandidateState.Slow;
}
