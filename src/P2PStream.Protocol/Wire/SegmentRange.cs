using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>Consecutive segments of a track: <c>segment 14 bytes, count u32</c>. A have or drop
/// carries 1 to 256 of them, a records-want one.</summary>
/// <param name="First">The first segment.</param>
/// <param name="Count">How many, at least one.</param>
public readonly record struct SegmentRange(SegmentId First, uint Count)
{
    /// <summary>Bytes of one.</summary>
    public const int Size = WireFormat.SegmentSize + 4;

    /// <summary>Writes a frame with one range as <paramref name="type"/>: have, drop or records-want.</summary>
    public void Write(IBufferWriter<byte> output, FrameType type, ushort channel)
    {
        WriteTo(FrameWriter.Start(output, type, channel, Size));
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads one range; false when it is not whole, empty or beyond the last number.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out SegmentRange range)
    {
        range = default;
        if (payload.Length < Size) return false;
        range = new SegmentRange(
            WireFormat.ReadSegment(payload),
            BinaryPrimitives.ReadUInt32LittleEndian(payload[WireFormat.SegmentSize..]));
        return range.Count > 0 && range.First.Sequence <= ulong.MaxValue - (range.Count - 1);
    }

    internal void WriteTo(Span<byte> bytes)
    {
        WireFormat.WriteSegment(bytes, First);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[WireFormat.SegmentSize..], Count);
    }
}
