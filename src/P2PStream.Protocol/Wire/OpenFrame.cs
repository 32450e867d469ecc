using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>Opens a channel: <c>kind u16, credit u16</c>, then a body that the kind defines; for a
/// stream its 32-byte id, for one with a secret a 32-byte tag.</summary>
/// <param name="Kind">What the channel is for.</param>
/// <param name="Credit">Requests the other side may have outstanding, 256 to 512.</param>
/// <param name="Body">The stream's id, or its tag; zero for an unknown kind.</param>
public readonly record struct OpenFrame(ChannelKind Kind, ushort Credit, Hash256 Body)
{
    /// <summary>Bytes before the body.</summary>
    public const int HeadSize = 4;

    private const int Size = HeadSize + Hash256.Size;

    /// <summary>Writes the frame of a known kind.</summary>
    public void Write(IBufferWriter<byte> output, ushort channel)
    {
        var bytes = FrameWriter.Start(output, FrameType.Open, channel, Size);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], Credit);
        Body.CopyTo(bytes[HeadSize..]);
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads a payload; the body of an unknown kind is not looked at.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out OpenFrame frame)
    {
        frame = default;
        if (payload.Length < HeadSize) return false;
        var kind = (ChannelKind)BinaryPrimitives.ReadUInt16LittleEndian(payload);
        var credit = BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]);
        if (kind is not (ChannelKind.Stream or ChannelKind.SecretStream))
        {
            frame = new OpenFrame(kind, credit, default);
            return true;
        }

        if (payload.Length != Size) return false;
        frame = new OpenFrame(kind, credit, new Hash256(payload[HeadSize..]));
        return true;
    }
}
