using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>Opens a channel: <c>kind u16, credit u16</c>, then a body that the kind defines; for a
/// stream its 32-byte id.</summary>
/// <param name="Kind">What the channel is for.</param>
/// <param name="Credit">Requests the other side may have outstanding, 256 to 512.</param>
/// <param name="Stream">The stream; zero for another kind.</param>
public readonly record struct OpenFrame(ChannelKind Kind, ushort Credit, StreamId Stream)
{
    /// <summary>Bytes before the body.</summary>
    public const int HeadSize = 4;

    private const int StreamSize = HeadSize + Hash256.Size;

    /// <summary>Writes the frame of a stream's channel.</summary>
    public void Write(IBufferWriter<byte> output, ushort channel)
    {
        var bytes = FrameWriter.Start(output, FrameType.Open, channel, StreamSize);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], Credit);
        Stream.Value.CopyTo(bytes[HeadSize..]);
        FrameWriter.Finish(output, StreamSize);
    }

    /// <summary>Reads a payload; the body of an unknown kind is not looked at.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out OpenFrame frame)
    {
        frame = default;
        if (payload.Length < HeadSize) return false;
        var kind = (ChannelKind)BinaryPrimitives.ReadUInt16LittleEndian(payload);
        var credit = BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]);
        if (kind != ChannelKind.Stream)
        {
            frame = new OpenFrame(kind, credit, default);
            return true;
        }

        if (payload.Length != StreamSize) return false;
        frame = new OpenFrame(kind, credit, new StreamId(new Hash256(payload[HeadSize..])));
        return true;
    }
}
