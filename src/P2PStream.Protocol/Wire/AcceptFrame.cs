using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>Accepts a channel: <c>credit u16</c>, then, where the channel's kind asks for it, a 32-byte
/// tag.</summary>
/// <param name="Credit">Requests the other side may have outstanding, 256 to 512.</param>
/// <param name="Tag">Shows that the acceptor has the stream's secret
/// (<see cref="StreamSecret.AcceptTag"/>); null on a channel of another kind.</param>
public readonly record struct AcceptFrame(ushort Credit, Hash256? Tag = null)
{
    /// <summary>Bytes before the tag.</summary>
    public const int HeadSize = 2;

    /// <summary>Bytes of its payload, with a tag.</summary>
    public const int TaggedSize = HeadSize + Hash256.Size;

    /// <summary>Writes the frame.</summary>
    public void Write(IBufferWriter<byte> output, ushort channel)
    {
        var size = Tag is null ? HeadSize : TaggedSize;
        var bytes = FrameWriter.Start(output, FrameType.Accept, channel, size);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Credit);
        Tag?.CopyTo(bytes[HeadSize..]);
        FrameWriter.Finish(output, size);
    }

    /// <summary>Reads a payload.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out AcceptFrame frame)
    {
        frame = default;
        if (payload.Length is not (HeadSize or TaggedSize)) return false;
        frame = new AcceptFrame(BinaryPrimitives.ReadUInt16LittleEndian(payload),
            payload.Length == TaggedSize ? new Hash256(payload[HeadSize..]) : null);
        return true;
    }
}
