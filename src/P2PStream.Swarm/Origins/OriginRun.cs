using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Consecutive blocks of one part to be fetched from the origin in one request.</summary>
/// <param name="Number">Names the fetch.</param>
/// <param name="Record">The segment.</param>
/// <param name="Offset">Offset of the first byte within the segment.</param>
/// <param name="Blocks">The blocks in order.</param>
public sealed record OriginRun(
    uint Number, SegmentRecord Record, long Offset, IReadOnlyList<OriginBlock> Blocks)
{
    /// <summary>The first of the blocks.</summary>
    public required BlockId FirstBlock { get; init; }
}

/// <summary>A block in an origin fetch.</summary>
/// <param name="Ticket">Names it in the answer.</param>
/// <param name="Lease">Where its bytes go; the reference is the fetch's until it is answered.</param>
public readonly record struct OriginBlock(uint Ticket, Lease Lease);
