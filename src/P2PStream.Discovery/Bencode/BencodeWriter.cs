using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace P2PStream.Discovery;

/// <summary>
/// Writes canonical bencoding into a span. Keys out of order are a bug of the caller and throw;
/// bytes that do not fit set <see cref="Overflowed"/> and nothing more is written.
/// </summary>
internal ref struct BencodeWriter
{
    private readonly Span<byte> _bytes;
    private KeyPlaces _lastKeys;
    private int _depth;

    public BencodeWriter(Span<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>Bytes written so far.</summary>
    public int Position { get; private set; }

    /// <summary>True when something did not fit; what was written is then useless.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Bytes that are left.</summary>
    public readonly int Free => _bytes.Length - Position;

    public void StartDictionary()
    {
        Put((byte)'d');
        _lastKeys[++_depth] = default;
    }

    public void StartList()
    {
        Put((byte)'l');
        _depth++;
    }

    /// <summary>Ends the innermost list or dictionary.</summary>
    public void End()
    {
        if (_depth-- == 0) throw new InvalidOperationException("Nothing is open.");
        Put((byte)'e');
    }

    public void Key(scoped ReadOnlySpan<byte> key)
    {
        var last = _lastKeys[_depth];
        var lastKey = _bytes.Slice(last.Start, last.Length);
        if (last.Start > 0 && !Overflowed && lastKey.SequenceCompareTo(key) >= 0)
            throw new InvalidOperationException("Keys must be written in ascending order.");
        String(key);
        if (!Overflowed) _lastKeys[_depth] = new KeyPlace(Position - key.Length, key.Length);
    }

    public void String(scoped ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    /// <summary>Writes a string's length and gives the room for its bytes.</summary>
    public Span<byte> Reserve(int length)
    {
        Number(length);
        Put((byte)':');
        if (length > Free) Overflowed = true;
        // The caller fills what it asked for in any case; on overflow into a scrap that is dropped.
        if (Overflowed) return new byte[length];
        var room = _bytes.Slice(Position, length);
        Position += length;
        return room;
    }

    public void Integer(long value)
    {
        Put((byte)'i');
        Number(value);
        Put((byte)'e');
    }

    /// <summary>Writes bytes that are bencoded already.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bencoded)
    {
        if (Overflowed || bencoded.Length > Free)
        {
            Overflowed = true;
            return;
        }

        bencoded.CopyTo(_bytes[Position..]);
        Position += bencoded.Length;
    }

    private void Number(long value)
    {
        if (!Overflowed && Utf8Formatter.TryFormat(value, _bytes[Position..], out var written))
            Position += written;
        else
            Overflowed = true;
    }

    private void Put(byte value)
    {
        if (Overflowed || Free == 0)
        {
            Overflowed = true;
            return;
        }

        _bytes[Position++] = value;
    }

    private readonly record struct KeyPlace(int Start, int Length);

    [InlineArray(BencodeReader.MaxDepth + 1)]
    private struct KeyPlaces
    {
        private KeyPlace _first;
    }
}
