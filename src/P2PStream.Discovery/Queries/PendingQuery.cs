namespace P2PStream.Discovery;

/// <summary>A query that was sent and not yet settled.</summary>
internal sealed class PendingQuery
{
    public required uint Transaction { get; init; }

    public required DhtEndPoint To { get; init; }

    public required KrpcMethod Method { get; init; }

    public required TimeSpan Sent { get; init; }

    /// <summary>The look-up that it serves, or null for a ping of maintenance.</summary>
    public Lookup? Lookup { get; init; }

    public LookupCandidate? Candidate { get; init; }

    /// <summary>The host's operation that a ping is all of.</summary>
    public DhtOperation? Ping { get; set; }

    /// <summary>True for the ping of a stranger that has asked us something.</summary>
    public bool IsIntroduction { get; init; }

    /// <summary>True once nobody waits for the answer, welcome as it still is.</summary>
    public bool IsOverdue { get; set; }

    /// <summary>True once answered or given up.</summary>
    public bool IsSettled { get; set; }
}
