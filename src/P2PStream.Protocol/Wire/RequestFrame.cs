using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>A request or subscribe for consecutive blocks under consecutive numbers: <c>first
/// request u32, block 18 bytes, count u16, deadline u32</c>.</summary>
/// <param name="First">Number of the first request; the others follow it, modulo 2^32.</param>
/// <param name="Block">The first block.</param>
/// <param name="Count">How many, 1 to 512.</param>
/// <param name="Deadline">Milliseconds from the frame's arrival until the last moment of use.</param>
public readonly record struct RequestFrame(uint First, BlockId Block, ushort Count, uint Deadline)
{
    /// <summary>Bytes of its payload.</summary>
    public const int Size = 4 + WireFormat.BlockSize + 2 + 4;

    /// <summary>Writes the frame as <paramref name="type"/>: request or subscribe.</summary>
    public void Write(IBufferWriter<byte> output, FrameType type, ushort channel)
    {
        var bytes = FrameWriter.Start(output, type, channel, Size);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, First);
        WireFormat.WriteBlock(bytes[4..], Block);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[22..], Count);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], Deadline);
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads a payload; false when no part has such blocks.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out RequestFrame frame)
    {
        frame = default;
        if (payload.Length != Size) return false;
        frame = new RequestFrame(
            BinaryPrimitives.ReadUInt32LittleEndian(payload),
            WireFormat.ReadBlock(payload[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(payload[22..]),
            BinaryPrimitives.ReadUInt32LittleEndian(payload[24..]));
        return frame.Count <= WireLimits.RequestsPerFrame
            && WireFormat.IsRun(frame.Block, frame.Count);
    }
}
