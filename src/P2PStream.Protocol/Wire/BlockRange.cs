using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>Consecutive blocks of a part: <c>block 18 bytes, count u16</c>. A have-blocks carries 1
/// to 256 of them.</summary>
/// <param name="First">The first block.</param>
/// <param name="Count">How many, at least one.</param>
public readonly record struct BlockRange(BlockId First, ushort Count)
{
    /// <summary>Bytes of one.</summary>
    public const int Size = WireFormat.BlockSize + 2;

    /// <summary>Writes a have-blocks frame with one range.</summary>
    public void Write(IBufferWriter<byte> output, ushort channel)
    {
        WriteTo(FrameWriter.Start(output, FrameType.HaveBlocks, channel, Size));
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads one range; false when it is not whole or no part has such blocks.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out BlockRange range)
    {
        range = default;
        if (payload.Length < Size) return false;
        range = new BlockRange(
            WireFormat.ReadBlock(payload),
            BinaryPrimitives.ReadUInt16LittleEndian(payload[WireFormat.BlockSize..]));
        return WireFormat.IsRun(range.First, range.Count);
    }

    internal void WriteTo(Span<byte> bytes)
    {
        WireFormat.WriteBlock(bytes, First);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[WireFormat.BlockSize..], Count);
    }
}
