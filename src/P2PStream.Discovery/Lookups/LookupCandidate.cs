namespace P2PStream.Discovery;

/// <summary>A node that a look-up may ask.</summary>
internal sealed class LookupCandidate(NodeId? id, DhtEndPoint endPoint)
{
    /// <summary>Null for a bootstrap contact until it has answered.</summary>
    public NodeId? Id { get; set; } = id;

    public DhtEndPoint EndPoint { get; } = endPoint;

    public CandidateState State { get; set; }

    /// <summary>What it gave us to announce with; null without one.</summary>
    public byte[]? Token { get; set; }

    public bool IsAwaited => State is CandidateState.Asked or CandidateState.Slow;
}
