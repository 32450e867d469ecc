namespace P2PStream.Swarm;

/// <summary>What is done about a <see cref="PeerCandidate"/>.</summary>
public enum CandidateState
{
    /// <summary>Waits: for its turn, or until it may be dialled again.</summary>
    Idle,

    /// <summary>Is being dialled.</summary>
    Dialing,

    /// <summary>Is linked.</summary>
    Linked,
}
