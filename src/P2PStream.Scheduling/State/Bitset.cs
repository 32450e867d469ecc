using System.Numerics;

namespace P2PStream.Scheduling;

/// <summary>
/// Sets of small numbers as bits in words; 64 slots are looked at in one instruction.
/// </summary>
internal static class Bitset
{
    /// <summary>Bits in one word.</summary>
    internal const int WordBits = 64;

    internal static bool Contains(ulong[] set, int index) =>
        (set[index >> 6] >> (index & 63) & 1) != 0;

    internal static void Add(ulong[] set, int index) => set[index >> 6] |= 1UL << (index & 63);

    internal static void Remove(ulong[] set, int index) =>
        set[index >> 6] &= ~(1UL << (index & 63));

    internal static void AddRange(ulong[] set, int start, int count)
    {
        for (int end = start + count; start < end;)
        {
            int word = start >> 6;
            set[word] |= MaskWithin(word, start, end);
            start = (word + 1) << 6;
        }
    }

    internal static void RemoveRange(ulong[] set, int start, int count)
    {
        for (int end = start + count; start < end;)
        {
            int word = start >> 6;
            set[word] &= ~MaskWithin(word, start, end);
            start = (word + 1) << 6;
        }
    }

    /// <summary>The first member in [start, end), or -1.</summary>
    internal static int First(ulong[] set, int start, int end)
    {
        while (start < end)
        {
            int word = start >> 6;
            ulong bits = set[word] & MaskWithin(word, start, end);
            if (bits != 0) return (word << 6) + BitOperations.TrailingZeroCount(bits);
            start = (word + 1) << 6;
        }
        return -1;
    }

    /// <summary>The first common member in [start, end), or -1.</summary>
    internal static int First(ulong[] a, ulong[] b, int start, int end)
    {
        while (start < end)
        {
            int word = start >> 6;
            ulong bits = a[word] & b[word] & MaskWithin(word, start, end);
            if (bits != 0) return (word << 6) + BitOperations.TrailingZeroCount(bits);
            start = (word + 1) << 6;
        }
        return -1;
    }

    /// <summary>Have two sets a member in common?</summary>
    internal static bool Intersects(ulong[] a, ulong[] b)
    {
        int i = 0;
        for (; i <= a.Length - Vector<ulong>.Count; i += Vector<ulong>.Count)
            if (Vector.BitwiseAnd(new Vector<ulong>(a, i), new Vector<ulong>(b, i))
                != Vector<ulong>.Zero) return true;
        for (; i < a.Length; i++)
            if ((a[i] & b[i]) != 0) return true;
        return false;
    }

    /// <summary>How many members two sets have in common.</summary>
    internal static int CountCommon(ulong[] a, ulong[] b)
    {
        int count = 0;
        for (int i = 0; i < a.Length; i++) count += BitOperations.PopCount(a[i] & b[i]);
        return count;
    }

    /// <summary>
    /// The bits of a word that lie in [start, end), where start lies in the word.
    /// </summary>
    internal static ulong MaskWithin(int word, int start, int end)
    {
        ulong mask = ulong.MaxValue << (start & 63);
        int last = end - (word << 6);
        return last < WordBits ? mask & ((1UL << last) - 1) : mask;
    }
}
