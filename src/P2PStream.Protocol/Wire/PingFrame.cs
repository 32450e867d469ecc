using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>A ping or its pong: <c>token u64</c>, returned as it came.</summary>
/// <param name="Token">Whatever the pinging side chose.</param>
public readonly record struct PingFrame(ulong Token)
{
    /// <summary>Bytes of its payload.</summary>
    public const int Size = 8;

    /// <summary>Writes the frame as <paramref name="type"/>: ping or pong.</summary>
    public void Write(IBufferWriter<byte> output, FrameType type)
    {
        var bytes = FrameWriter.Start(output, type, 0, Size);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Token);
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads a payload.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out PingFrame frame)
    {
        frame = default;
        if (payload.Length != Size) return false;
        frame = new PingFrame(BinaryPrimitives.ReadUInt64LittleEndian(payload));
        return true;
    }
}
