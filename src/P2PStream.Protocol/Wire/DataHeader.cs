namespace P2PStream.Protocol;

/// <summary>What precedes a block's bytes on the wire.</summary>
/// <param name="Channel">The channel it came on.</param>
/// <param name="Request">The request that it answers.</param>
/// <param name="Block">The block that it claims to be.</param>
/// <param name="Length">Bytes of payload that follow, 1 to <see cref="ContentLimits.BlockBytes"/>.</param>
public readonly record struct DataHeader(ushort Channel, uint Request, BlockId Block, int Length);
