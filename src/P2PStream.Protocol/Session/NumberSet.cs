namespace P2PStream.Protocol;

/// <summary>Which 16-bit numbers have been used: a bitmap as long as the highest, 8 KiB at most.</summary>
internal sealed class NumberSet
{
    private ulong[] _bits = new ulong[1];

    public bool Contains(ushort number) =>
        number / 64 < _bits.Length && (_bits[number / 64] >> (number % 64) & 1) != 0;

    public void Add(ushort number)
    {
        if (number / 64 >= _bits.Length)
            Array.Resize(ref _bits, Math.Max(_bits.Length * 2, number / 64 + 1));
        _bits[number / 64] |= 1ul << (number % 64);
    }
}
