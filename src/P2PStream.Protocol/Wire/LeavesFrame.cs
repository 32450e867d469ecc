using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>Asks for (alone) or carries (followed by 1 to 4096 leaf hashes of 32 bytes, in order)
/// the leaf list of a part, or says that it is not here (followed by none): <c>segment 14 bytes, part u16</c>.</summary>
public static class LeavesFrame
{
    /// <summary>Bytes that name the part.</summary>
    public const int HeadSize = WireFormat.PartSize;

    /// <summary>Writes a leaves-want.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="part">The part; its index is not sent.</param>
    public static void WriteWant(IBufferWriter<byte> output, ushort channel, in BlockId part)
    {
        WriteHead(FrameWriter.Start(output, FrameType.LeavesWant, channel, HeadSize), part);
        FrameWriter.Finish(output, HeadSize);
    }

    /// <summary>Writes a leaves frame.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="part">The part; its index is not sent.</param>
    /// <param name="leaves">Its leaf hashes, 32 bytes each.</param>
    public static void Write(
        IBufferWriter<byte> output, ushort channel, in BlockId part, ReadOnlySpan<byte> leaves)
    {
        var length = HeadSize + leaves.Length;
        var bytes = FrameWriter.Start(output, FrameType.Leaves, channel, length);
        WriteHead(bytes, part);
        leaves.CopyTo(bytes[HeadSize..]);
        FrameWriter.Finish(output, length);
    }

    /// <summary>Reads a payload of either type; <paramref name="leaves"/> is empty for a want.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> payload, out BlockId part, out ReadOnlySpan<byte> leaves)
    {
        part = default;
        leaves = default;
        if (payload.Length < HeadSize || (payload.Length - HeadSize) % Hash256.Size != 0)
            return false;
        var number = BinaryPrimitives.ReadUInt16LittleEndian(payload[WireFormat.SegmentSize..]);
        part = new BlockId(WireFormat.ReadSegment(payload), number, 0);
        leaves = payload[HeadSize..];
        return number < ContentLimits.PartsPerSegment;
    }

    private static void WriteHead(Span<byte> bytes, in BlockId part)
    {
        WireFormat.WriteSegment(bytes, part.Segment);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[WireFormat.SegmentSize..], part.Part);
    }
}
