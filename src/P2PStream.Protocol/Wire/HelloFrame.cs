using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>The first frame in each direction: <c>magic 8 bytes, minimum version u16, maximum
/// version u16, capabilities u32, listening port u16, zero u16, nonce 16 bytes</c>. Bytes a later
/// version appends are ignored.</summary>
/// <param name="MinimumVersion">Lowest version the sender speaks.</param>
/// <param name="MaximumVersion">Highest version the sender speaks.</param>
/// <param name="Capabilities">Bits of optional abilities; none is defined in version 1.</param>
/// <param name="ListenPort">Where the sender accepts links, on the address it is seen at; 0 nowhere.</param>
/// <param name="Nonce">Random, one for each run of a node: equal to one's own it is a link to
/// oneself, equal to another link's it is a second link to the same node.</param>
public readonly record struct HelloFrame(
    ushort MinimumVersion,
    ushort MaximumVersion,
    uint Capabilities,
    ushort ListenPort,
    UInt128 Nonce)
{
    /// <summary>Fewest bytes of its payload.</summary>
    public const int Size = 36;

    /// <summary>The first eight bytes of its payload.</summary>
    public static ReadOnlySpan<byte> Magic => "P2PStrm\0"u8;

    /// <summary>Writes the frame.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var bytes = FrameWriter.Start(output, FrameType.Hello, 0, Size);
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], MinimumVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[10..], MaximumVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], Capabilities);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[16..], ListenPort);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[18..], 0);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes[20..], Nonce);
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads a payload.</summary>
    /// <returns>What is wrong with it, or <see cref="Violation.None"/>.</returns>
    public static Violation Read(ReadOnlySpan<byte> payload, out HelloFrame frame)
    {
        frame = default;
        if (payload.Length < Size) return Violation.TooShort;
        if (!payload.StartsWith(Magic)) return Violation.BadMagic;
        frame = new HelloFrame(
            BinaryPrimitives.ReadUInt16LittleEndian(payload[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(payload[10..]),
            BinaryPrimitives.ReadUInt32LittleEndian(payload[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(payload[16..]),
            BinaryPrimitives.ReadUInt128LittleEndian(payload[20..]));
        return frame.MinimumVersion <= frame.MaximumVersion ? Violation.None : Violation.Malformed;
    }
}
