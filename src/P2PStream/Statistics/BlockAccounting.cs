using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>One verified block, for accounting.</summary>
/// <param name="Block">The block.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Origin">What kind of source gave it.</param>
/// <param name="Peer">The peer that gave it; zero for the origin.</param>
/// <param name="Lateness">By how much it missed its deadline; negative when it was in time.</param>
public readonly record struct BlockAccounting(
    BlockId Block, int Bytes, BlockOrigin Origin, PeerId Peer, TimeSpan Lateness);
