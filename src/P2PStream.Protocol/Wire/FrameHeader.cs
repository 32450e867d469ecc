using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>The eight bytes before every frame's payload: <c>length u32, type u8, flags u8,
/// channel u16</c>, little-endian.</summary>
/// <param name="Length">Bytes of payload that follow.</param>
/// <param name="Type">What the frame is.</param>
/// <param name="Flags">Bits common to all types.</param>
/// <param name="Channel">The channel; 0 is the link itself.</param>
public readonly record struct FrameHeader(
    uint Length, FrameType Type, FrameFlags Flags, ushort Channel)
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 8;

    /// <summary>Bytes of the header and its payload.</summary>
    public long TotalLength => Size + (long)Length;

    internal static FrameHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (FrameType)bytes[4],
        (FrameFlags)bytes[5],
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]));

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Length);
        bytes[4] = (byte)Type;
        bytes[5] = (byte)Flags;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], Channel);
    }
}
