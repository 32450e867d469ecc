namespace P2PStream.Discovery;

/// <summary>
/// Reads bencoded bytes (BEP 3) front to back without copying. Every method returns false for bytes
/// that are not what was asked and then leaves the position as it was; nothing throws. Dictionary
/// keys may come in any order, since real clients send them so; numbers must be canonical.
/// </summary>
internal ref struct BencodeReader
{
    /// <summary>Lists and dictionaries within each other; KRPC needs three.</summary>
    public const int MaxDepth = 16;

    private const int MaxLengthDigits = 9;
    private const int MaxIntegerDigits = 19;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _depth;

    public BencodeReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    public readonly BencodeKind Peek() => Position >= _bytes.Length
        ? BencodeKind.None
        : _bytes[Position] switch
        {
            (byte)'i' => BencodeKind.Integer,
            (byte)'l' => BencodeKind.List,
            (byte)'d' => BencodeKind.Dictionary,
            (byte)'e' => BencodeKind.End,
            >= (byte)'0' and <= (byte)'9' => BencodeKind.String,
            _ => BencodeKind.Invalid,
        };

    public bool TryEnterDictionary() => TryEnter(BencodeKind.Dictionary);

    public bool TryEnterList() => TryEnter(BencodeKind.List);

    /// <summary>Reads the end of the innermost list or dictionary.</summary>
    public bool TryLeave()
    {
        if (_depth == 0 || Peek() != BencodeKind.End) return false;
        _depth--;
        Position++;
        return true;
    }

    public bool TryReadString(out ReadOnlySpan<byte> value)
    {
        value = default;
        var rest = _bytes[Position..];
        var digits = CountDigits(rest);
        if (digits is 0 or > MaxLengthDigits || !IsCanonicalNumber(rest[..digits])) return false;
        if (digits >= rest.Length || rest[digits] != (byte)':') return false;
        var length = 0;
        foreach (var digit in rest[..digits]) length = length * 10 + (digit - '0');
        if (length > rest.Length - digits - 1) return false;
        value = rest.Slice(digits + 1, length);
        Position += digits + 1 + length;
        return true;
    }

    public bool TryReadInteger(out long value)
    {
        value = 0;
        if (!TryMeasureInteger(out var negative, out var digits)) return false;
        if (digits.Length > MaxIntegerDigits) return false;
        ulong magnitude = 0;
        foreach (var digit in digits) magnitude = magnitude * 10 + (ulong)(digit - '0');
        if (magnitude > (negative ? 1UL << 63 : long.MaxValue)) return false;
        value = negative ? unchecked(-(long)magnitude) : (long)magnitude;
        Position += digits.Length + (negative ? 3 : 2);
        return true;
    }

    /// <summary>Passes over one whole value of any kind.</summary>
    public bool TrySkip()
    {
        var (position, depth) = (Position, _depth);
        do
        {
            if (TrySkipToken(depth)) continue;
            (Position, _depth) = (position, depth);
            return false;
        }
        while (_depth > depth);

        return true;
    }

    /// <summary>Passes over one whole value and gives its bytes as they stand.</summary>
    public bool TryReadRaw(out ReadOnlySpan<byte> raw)
    {
        var start = Position;
        var read = TrySkip();
        raw = read ? _bytes[start..Position] : default;
        return read;
    }

    /// <summary>True for exactly one value, written in the only way that is canonical: dictionary
    /// keys ascend and none comes twice.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> bytes)
    {
        var reader = new BencodeReader(bytes);
        return reader.TrySkipCanonical() && reader.Position == bytes.Length;
    }

    // As deep as MaxDepth, which entering checks.
    private bool TrySkipCanonical()
    {
        if (TryEnterList())
        {
            while (!TryLeave())
            {
                if (!TrySkipCanonical()) return false;
            }

            return true;
        }

        if (!TryEnterDictionary()) return Peek() < BencodeKind.List && TrySkip();
        ReadOnlySpan<byte> last = default;
        for (var isFirst = true; !TryLeave(); isFirst = false)
        {
            if (!TryReadString(out var key)) return false;
            if (!isFirst && last.SequenceCompareTo(key) >= 0) return false;
            if (!TrySkipCanonical()) return false;
            last = key;
        }

        return true;
    }

    private bool TrySkipToken(int floor)
    {
        switch (Peek())
        {
            case BencodeKind.String:
                return TryReadString(out _);
            case BencodeKind.Integer:
                if (!TryMeasureInteger(out var negative, out var digits)) return false;
                Position += digits.Length + (negative ? 3 : 2);
                return true;
            case BencodeKind.List:
                return TryEnterList();
            case BencodeKind.Dictionary:
                return TryEnterDictionary();
            case BencodeKind.End:
                return _depth > floor && TryLeave();
            default:
                return false;
        }
    }

    private bool TryEnter(BencodeKind kind)
    {
        if (_depth == MaxDepth || Peek() != kind) return false;
        _depth++;
        Position++;
        return true;
    }

    private readonly bool TryMeasureInteger(out bool negative, out ReadOnlySpan<byte> digits)
    {
        negative = false;
        digits = default;
        if (Peek() != BencodeKind.Integer) return false;
        var rest = _bytes[(Position + 1)..];
        negative = rest.Length > 0 && rest[0] == (byte)'-';
        if (negative) rest = rest[1..];
        var count = CountDigits(rest);
        if (count == 0 || count >= rest.Length || rest[count] != (byte)'e') return false;
        digits = rest[..count];
        return IsCanonicalNumber(digits) && !(negative && digits[0] == (byte)'0');
    }

    private static int CountDigits(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? bytes.Length : end;
    }

    private static bool IsCanonicalNumber(ReadOnlySpan<byte> digits) =>
        digits.Length == 1 || digits[0] != (byte)'0';
}
