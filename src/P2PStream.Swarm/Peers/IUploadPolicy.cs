using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Decides who is served. Called for each request, on the swarm's loop: it must not block.</summary>
public interface IUploadPolicy
{
    /// <summary>Decides on one request for a block that is here.</summary>
    UploadDecision Decide(in UploadRequest request);
}

/// <summary>What becomes of a request.</summary>
public enum UploadDecision
{
    /// <summary>It is served by its deadline's turn.</summary>
    Serve,

    /// <summary>It is rejected for now.</summary>
    Busy,

    /// <summary>It is rejected.</summary>
    Refuse,
}

/// <summary>A request as the policy sees it.</summary>
/// <param name="Peer">Who asks.</param>
/// <param name="IsViewer">True when it says it is a viewer.</param>
/// <param name="Block">What for.</param>
/// <param name="Deadline">Time left, as the peer says.</param>
/// <param name="Queued">Blocks queued for that peer now.</param>
/// <param name="BytesSent">Verified bytes given to it so far.</param>
/// <param name="BytesReceived">Verified bytes had from it so far.</param>
public readonly record struct UploadRequest(
    PeerId Peer, bool IsViewer, BlockId Block, TimeSpan Deadline, int Queued, long BytesSent,
    long BytesReceived);

/// <summary>Serves everyone.</summary>
public sealed class ServeEveryone : IUploadPolicy
{
    /// <inheritdoc/>
    public UploadDecision Decide(in UploadRequest request) => UploadDecision.Serve;
}
