using System.Buffers;

namespace P2PStream.Protocol;

/// <summary>The last frame on a link: <c>reason u8</c>, below 128.</summary>
/// <param name="Reason">Why the sender ends it.</param>
public readonly record struct GoodbyeFrame(SessionEndReason Reason)
{
    /// <summary>Bytes of its payload.</summary>
    public const int Size = 1;

    /// <summary>Writes the frame.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        FrameWriter.Start(output, FrameType.Goodbye, 0, Size)[0] = (byte)Reason;
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads a payload; false when the reason is one that never travels.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out GoodbyeFrame frame)
    {
        frame = default;
        if (payload.Length != Size || payload[0] >= (byte)SessionEndReason.LinkLost) return false;
        frame = new GoodbyeFrame((SessionEndReason)payload[0]);
        return true;
    }
}
