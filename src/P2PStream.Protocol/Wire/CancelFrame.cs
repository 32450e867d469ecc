using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>Takes back requests with consecutive numbers: <c>first request u32, count u16</c>. Each
/// that is still unanswered is answered with a reject.</summary>
/// <param name="First">Number of the first request.</param>
/// <param name="Count">How many, 1 to 512.</param>
public readonly record struct CancelFrame(uint First, ushort Count)
{
    /// <summary>Bytes of its payload.</summary>
    public const int Size = 6;

    /// <summary>Writes the frame.</summary>
    public void Write(IBufferWriter<byte> output, ushort channel)
    {
        var bytes = FrameWriter.Start(output, FrameType.Cancel, channel, Size);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, First);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Count);
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads a payload.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out CancelFrame frame)
    {
        frame = default;
        if (payload.Length != Size) return false;
        frame = new CancelFrame(
            BinaryPrimitives.ReadUInt32LittleEndian(payload),
            BinaryPrimitives.ReadUInt16LittleEndian(payload[4..]));
        return frame.Count is > 0 and <= WireLimits.RequestsPerFrame;
    }
}
