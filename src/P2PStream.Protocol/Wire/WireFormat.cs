using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>The layouts that several frames share, little-endian: a segment is <c>epoch u32,
/// sequence u64, track u16</c>; a part adds <c>part u16</c>; a block adds <c>index u16</c>.</summary>
internal static class WireFormat
{
    public const int SegmentSize = 14;
    public const int PartSize = SegmentSize + 2;
    public const int BlockSize = PartSize + 2;

    public static SegmentId ReadSegment(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]));

    public static void WriteSegment(Span<byte> bytes, in SegmentId id)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, id.Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[4..], id.Sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[12..], id.Track);
    }

    public static BlockId ReadBlock(ReadOnlySpan<byte> bytes) => new(
        ReadSegment(bytes),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[SegmentSize..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[PartSize..]));

    public static void WriteBlock(Span<byte> bytes, in BlockId id)
    {
        WriteSegment(bytes, id.Segment);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[SegmentSize..], id.Part);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[PartSize..], id.Index);
    }

    /// <summary>True when <paramref name="count"/> blocks from this one on can exist in a part.</summary>
    public static bool IsRun(in BlockId first, int count) =>
        count > 0
        && first.Part < ContentLimits.PartsPerSegment
        && first.Index + count <= ContentLimits.BlocksPerPart;

    /// <summary>The n-th block after this one in its part.</summary>
    public static BlockId Next(in BlockId block, int n) =>
        block with { Index = (ushort)(block.Index + n) };
}
