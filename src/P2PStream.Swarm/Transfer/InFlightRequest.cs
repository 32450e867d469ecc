using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>A request under way.</summary>
/// <param name="Block">The block asked for.</param>
/// <param name="Peer">Whom it was asked of; <see cref="Origin"/> for the origin.</param>
/// <param name="Deadline">When the playhead needs it.</param>
/// <param name="Length">The block's bytes.</param>
/// <param name="AskedAt">When it was asked for.</param>
/// <param name="Expected">When it was expected then.</param>
internal readonly record struct InFlightRequest(
    BlockId Block, int Peer, TimeSpan Deadline, int Length, TimeSpan AskedAt, TimeSpan Expected)
{
    /// <summary>Stands for the origin where a peer is named.</summary>
    public const int Origin = -1;

    /// <summary>Stands for the host's block store where a giver is named.</summary>
    public const int Store = -2;

    public bool IsFromPeer => Peer > 0;
}
