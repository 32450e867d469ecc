using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace P2PStream.Protocol;

/// <summary>Writes the little-endian encodings of docs/content-encodings.md into a buffer that
/// grows.</summary>
internal sealed class ContentWriter
{
    // Throws on a lone surrogate: replacing it would encode another text than the one given.
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public int Length => _buffer.WrittenCount;

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void U8(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void U16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), value);
        _buffer.Advance(2);
    }

    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void I64(long value) => U64((ulong)value);

    public void Hash(Hash256 value)
    {
        value.CopyTo(_buffer.GetSpan(Hash256.Size));
        _buffer.Advance(Hash256.Size);
    }

    public void Bytes(ReadOnlySpan<byte> value) => _buffer.Write(value);

    /// <summary>UTF-8 after its length in bytes, u16.</summary>
    /// <exception cref="ArgumentException">Not valid UTF-16, or longer than a u16 can
    /// say.</exception>
    public void ShortText(string value)
    {
        var length = s_utf8.GetByteCount(value);
        if (length > ushort.MaxValue)
            throw new ArgumentException("A text is longer than 65,535 bytes.", nameof(value));
        U16((ushort)length);
        Text(value, length);
    }

    /// <summary>UTF-8 after its length in bytes, u32.</summary>
    /// <exception cref="ArgumentException">Not valid UTF-16.</exception>
    public void LongText(string value)
    {
        var length = s_utf8.GetByteCount(value);
        U32((uint)length);
        Text(value, length);
    }

    private void Text(string value, int length)
    {
        s_utf8.GetBytes(value, _buffer.GetSpan(length));
        _buffer.Advance(length);
    }
}
