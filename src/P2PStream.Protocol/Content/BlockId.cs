namespace P2PStream.Protocol;

/// <summary>Names a block within a stream: 16 KiB, the unit of verification and transfer.</summary>
/// <param name="Segment">Its segment.</param>
/// <param name="Part">Its part, from 0; an ordinary segment has one.</param>
/// <param name="Index">Its index within the part, from 0.</param>
public readonly record struct BlockId(SegmentId Segment, ushort Part, ushort Index);
