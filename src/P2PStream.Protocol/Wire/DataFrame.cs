using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>Answers a request with its block: <c>request u32, block 18 bytes, zero u16</c>, then the
/// block's 1 to 16384 bytes.</summary>
public static class DataFrame
{
    /// <summary>Bytes of payload before the block's own.</summary>
    public const int HeadSize = 4 + WireFormat.BlockSize + 2;

    /// <summary>Writes all of the frame but the block's bytes, which must follow at once.</summary>
    public static void WriteHead(IBufferWriter<byte> output, in DataHeader header)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(header.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(header.Length, ContentLimits.BlockBytes);
        var bytes = output.GetSpan(FrameReader.DataPrefix);
        var frame = new FrameHeader(
            (uint)(HeadSize + header.Length), FrameType.Data, FrameFlags.None, header.Channel);
        frame.Write(bytes);
        var head = bytes.Slice(FrameHeader.Size, HeadSize);
        BinaryPrimitives.WriteUInt32LittleEndian(head, header.Request);
        WireFormat.WriteBlock(head[4..], header.Block);
        BinaryPrimitives.WriteUInt16LittleEndian(head[22..], 0);
        output.Advance(FrameReader.DataPrefix);
    }

    internal static bool TryRead(
        in FrameHeader frame, ReadOnlySpan<byte> payload, out DataHeader header)
    {
        header = new DataHeader(
            frame.Channel,
            BinaryPrimitives.ReadUInt32LittleEndian(payload),
            WireFormat.ReadBlock(payload[4..]),
            (int)frame.Length - HeadSize);
        return BinaryPrimitives.ReadUInt16LittleEndian(payload[22..]) == 0
            && WireFormat.IsRun(header.Block, 1);
    }
}
