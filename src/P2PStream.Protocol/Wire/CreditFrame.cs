using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>Grants requests: <c>credit u16</c>.</summary>
/// <param name="Credit">Requests the other side may have outstanding on the channel, 256 to 512;
/// never less than before.</param>
public readonly record struct CreditFrame(ushort Credit)
{
    /// <summary>Bytes of its payload.</summary>
    public const int Size = 2;

    /// <summary>Writes the frame.</summary>
    public void Write(IBufferWriter<byte> output, ushort channel)
    {
        var bytes = FrameWriter.Start(output, FrameType.Credit, channel, Size);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Credit);
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads a payload.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out CreditFrame frame)
    {
        frame = default;
        if (payload.Length != Size) return false;
        frame = new CreditFrame(BinaryPrimitives.ReadUInt16LittleEndian(payload));
        return true;
    }
}
