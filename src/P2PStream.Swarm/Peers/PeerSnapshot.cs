using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm;

/// <summary>A peer as it stands now, for people.</summary>
/// <param name="Number">As the shell numbered it.</param>
/// <param name="Id">Its identity.</param>
/// <param name="IsViewer">True when it says it is a viewer.</param>
/// <param name="Listens">Where it can be dialled, if known.</param>
/// <param name="BytesReceived">Payload had from it.</param>
/// <param name="BytesSent">Payload given to it.</param>
/// <param name="Estimate">What the picker believes of it.</param>
public readonly record struct PeerSnapshot(
    int Number, PeerId Id, bool IsViewer, DialAddress? Listens, long BytesReceived, long BytesSent,
    SourceEstimate Estimate);
