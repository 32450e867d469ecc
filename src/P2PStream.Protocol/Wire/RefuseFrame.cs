using System.Buffers;

namespace P2PStream.Protocol;

/// <summary>Refuses a channel: <c>reason u8</c>.</summary>
/// <param name="Reason">Why; values unknown to the receiver mean <see cref="RejectReason.Refused"/>.</param>
public readonly record struct RefuseFrame(RejectReason Reason)
{
    /// <summary>Bytes of its payload.</summary>
    public const int Size = 1;

    /// <summary>Writes the frame.</summary>
    public void Write(IBufferWriter<byte> output, ushort channel)
    {
        FrameWriter.Start(output, FrameType.Refuse, channel, Size)[0] = (byte)Reason;
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads a payload.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out RefuseFrame frame)
    {
        frame = default;
        if (payload.Length != Size || payload[0] == 0) return false;
        frame = new RefuseFrame((RejectReason)payload[0]);
        return true;
    }
}
