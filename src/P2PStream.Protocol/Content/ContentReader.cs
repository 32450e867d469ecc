using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace P2PStream.Protocol;

/// <summary>Reads the little-endian encodings of docs/content-encodings.md. A read past the end or
/// of invalid text gives a default value and is remembered: a decoder asks once, at its
/// end.</summary>
internal ref struct ContentReader
{
    private ReadOnlySpan<byte> _rest;
    private bool _failed;

    public ContentReader(ReadOnlySpan<byte> input)
    {
        _rest = input;
    }

    /// <summary>True when everything read was there and nothing is left over.</summary>
    public readonly bool IsComplete => !_failed && _rest.IsEmpty;

    public readonly bool HasFailed => _failed;

    public byte U8()
    {
        var bytes = Bytes(1);
        return bytes.IsEmpty ? default : bytes[0];
    }

    public ushort U16()
    {
        var bytes = Bytes(2);
        return bytes.IsEmpty ? default : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint U32()
    {
        var bytes = Bytes(4);
        return bytes.IsEmpty ? default : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong U64()
    {
        var bytes = Bytes(8);
        return bytes.IsEmpty ? default : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public long I64() => (long)U64();

    public Hash256 Hash()
    {
        var bytes = Bytes(Hash256.Size);
        return bytes.IsEmpty ? default : new Hash256(bytes);
    }

    public string ShortText() => Text(U16());

    public string LongText() => Text(U32());

    /// <summary>The next bytes, borrowed; empty when there are not so many.</summary>
    public ReadOnlySpan<byte> Bytes(uint count)
    {
        if (_failed || count > (uint)_rest.Length)
        {
            _failed = true;
            return default;
        }

        var bytes = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return bytes;
    }

    private string Text(uint count)
    {
        var bytes = Bytes(count);
        if (Utf8.IsValid(bytes)) return Encoding.UTF8.GetString(bytes);
        _failed = true;
        return "";
    }
}
