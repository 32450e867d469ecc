using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>Answers requests with consecutive numbers that are not served: <c>first request u32,
/// count u16, reason u8</c>.</summary>
/// <param name="First">Number of the first request.</param>
/// <param name="Count">How many, 1 to 512.</param>
/// <param name="Reason">Why; values unknown to the receiver mean <see cref="RejectReason.Refused"/>.</param>
public readonly record struct RejectFrame(uint First, ushort Count, RejectReason Reason)
{
    /// <summary>Bytes of its payload.</summary>
    public const int Size = 7;

    /// <summary>Writes the frame.</summary>
    public void Write(IBufferWriter<byte> output, ushort channel)
    {
        var bytes = FrameWriter.Start(output, FrameType.Reject, channel, Size);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, First);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Count);
        bytes[6] = (byte)Reason;
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads a payload.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out RejectFrame frame)
    {
        frame = default;
        if (payload.Length != Size || payload[6] == 0) return false;
        frame = new RejectFrame(
            BinaryPrimitives.ReadUInt32LittleEndian(payload),
            BinaryPrimitives.ReadUInt16LittleEndian(payload[4..]),
            (RejectReason)payload[6]);
        return frame.Count is > 0 and <= WireLimits.RequestsPerFrame;
    }
}
