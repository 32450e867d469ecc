namespace P2PStream.Scheduling;

/// <summary>A range of slots, word by word.</summary>
internal struct WordRange(int start, int count)
{
    private readonly int _end = start + count;
    private int _at = start;

    /// <summary>The next word, and which of its slots are in the range.</summary>
    internal bool TryNext(out int word, out ulong bits)
    {
        word = _at >> 6;
        bits = 0;
        if (_at >= _end) return false;
        bits = Bitset.MaskWithin(word, _at, _end);
        _at = (word + 1) << 6;
        return true;
    }
}
