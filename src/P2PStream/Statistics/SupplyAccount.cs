using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>Why a player stalled, or why the origin was asked.</summary>
/// <param name="IsStall">True for a stall, false for a request to the origin.</param>
/// <param name="Reason">Why; of a request to the origin, why for its first block.</param>
/// <param name="Block">The block that the player waits for, or the request's first; the default value where no
/// record tells what the player waits for.</param>
/// <param name="Blocks">Blocks of 16 KiB that the origin was asked for; 0 for a stall.</param>
/// <param name="Peer">The peer that had been asked for the block, of a stall; zero for none.</param>
public readonly record struct SupplyAccount(
    bool IsStall, SupplyReason Reason, BlockId Block, int Blocks, PeerId Peer);
