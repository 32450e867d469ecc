namespace P2PStream.Swarm;

/// <summary>An address that may be dialled, as a host is told of it.</summary>
/// <param name="Address">Where.</param>
/// <param name="Source">The most trusted of those who told of it.</param>
/// <param name="Proximity">How near it seems.</param>
/// <param name="Age">Since it was last told of, or linked.</param>
/// <param name="State">What is done about it.</param>
/// <param name="Failures">Dials in a row that led to no lasting link.</param>
/// <param name="RetryIn">How long it is left alone after a failure; zero when its turn may come.</param>
public readonly record struct PeerCandidate(
    DialAddress Address, CandidateSource Source, PeerProximity Proximity, TimeSpan Age,
    CandidateState State, int Failures, TimeSpan RetryIn);
