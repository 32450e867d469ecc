namespace P2PStream.Discovery;

/// <summary>A node that has answered this one at least once.</summary>
internal sealed class NodeEntry(NodeId id, DhtEndPoint endPoint, TimeSpan now)
{
    /// <summary>Unanswered queries in a row after which a node is bad: one, and one more try
    /// (BEP 5).</summary>
    public const int FailuresUntilBad = 2;

    public NodeId Id { get; } = id;

    public DhtEndPoint EndPoint { get; } = endPoint;

    /// <summary>True when its address allows its ID (BEP 42).</summary>
    public bool HasRightfulId { get; } = NodeIdRule.IsValid(id, endPoint);

    public CompactNode Compact => new(Id, EndPoint);

    public TimeSpan LastReply { get; private set; } = now;

    /// <summary>When it last asked us something; null if it never has.</summary>
    public TimeSpan? LastQuery { get; private set; }

    /// <summary>When it was last sent a ping by maintenance.</summary>
    public TimeSpan LastPing { get; set; } = now;

    /// <summary>True while it stands in its bucket, false while it waits for a place.</summary>
    public bool IsPlaced { get; set; }

    public int Failures { get; private set; }

    public bool IsBad => Failures >= FailuresUntilBad;

    /// <summary>Good by BEP 5: answered lately, or has ever answered and asked lately.</summary>
    public bool IsGood(TimeSpan now, TimeSpan lifetime) => Failures == 0
        && (now - LastReply < lifetime || (LastQuery is { } asked && now - asked < lifetime));

    public TimeSpan LastSeen => LastQuery > LastReply ? LastQuery.Value : LastReply;

    public void Replied(TimeSpan now)
    {
        LastReply = now;
        Failures = 0;
    }

    public void Queried(TimeSpan now) => LastQuery = now;

    public void Failed() => Failures++;
}
