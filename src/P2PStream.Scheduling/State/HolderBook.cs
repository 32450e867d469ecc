using System.Numerics;

namespace P2PStream.Scheduling;

/// <summary>
/// Who holds each slot of a lane, and how rare each is. Owns no policy. Word by word: a segment told of at
/// once moves 64 slots from one degree of rarity to the next in a few instructions.
/// </summary>
/// <remarks>Invariant: a slot in the ring is in exactly one bucket, that of its unpriced holders.</remarks>
internal sealed class HolderBook(int words, int sourceWords)
{
    /// <summary>Rarity is exact up to 14 holders; beyond that a block is simply common.</summary>
    internal const int Buckets = 16;

    private const int Common = Buckets - 1;

    /// <summary>Slots by holders: bucket b of word w is word w · 16 + b, so that a word's are together.</summary>
    private readonly ulong[] _rarity = new ulong[words * Buckets];

    /// <summary>By word of slots that are in the ring: the sources of each, one slot after the other.</summary>
    private readonly ulong[]?[] _holders = new ulong[]?[words];

    private ulong[]? _spare;
    private int _sourceWords = sourceWords;

    /// <summary>Of the slots of a word those with so many unpriced holders.</summary>
    internal ulong Rarity(int word, int bucket) => _rarity[word * Buckets + bucket];

    /// <summary>Of the slots of a word those with so many unpriced holders, by that number.</summary>
    internal ReadOnlySpan<ulong> Rarity(int word) => _rarity.AsSpan(word * Buckets, Buckets);

    /// <summary>Sources that hold a slot.</summary>
    internal ReadOnlySpan<ulong> Of(int slot) =>
        _holders[slot >> 6].AsSpan((slot & 63) * _sourceWords, _sourceWords);

    /// <summary>True when no source but one holds a slot, priced ones included.</summary>
    internal bool IsOnly(int slot, int source)
    {
        ReadOnlySpan<ulong> holders = Of(slot);
        for (int word = 0; word < holders.Length; word++)
        {
            ulong own = word == source >> 6 ? 1ul << (source & 63) : 0;
            if ((holders[word] & ~own) != 0) return false;
        }
        return true;
    }

    /// <summary>True when no unpriced source holds a slot.</summary>
    internal bool IsUnheard(int slot) => (Rarity(slot >> 6, 0) >> (slot & 63) & 1) != 0;

    /// <summary>Slots enter the ring, held by nobody.</summary>
    internal void Enter(int word, ulong slots)
    {
        _rarity[word * Buckets] |= slots;
        if (_holders[word] is not null) return;
        _holders[word] = _spare ?? new ulong[Bitset.WordBits * _sourceWords];
        _spare = null;
    }

    /// <summary>True when none of a word's slots is in the ring.</summary>
    internal bool IsEmpty(int word) => _holders[word] is null;

    /// <summary>Slots leave the ring.</summary>
    internal void Leave(int word, ulong slots)
    {
        ulong stay = 0;
        foreach (ref ulong bucket in _rarity.AsSpan(word * Buckets, Buckets))
            stay |= bucket &= ~slots;
        Span<ulong> holders = _holders[word];
        for (ulong left = slots; left != 0; left &= left - 1)
            holders.Slice(
                BitOperations.TrailingZeroCount(left) * _sourceWords, _sourceWords).Clear();
        if (stay != 0) return;
        _spare = _holders[word];
        _holders[word] = null;
    }

    /// <summary>A source has slots that it had not.</summary>
    /// <param name="word">Where they are.</param>
    /// <param name="slots">The slots.</param>
    /// <param name="source">Who.</param>
    /// <param name="counts">False for one that costs money.</param>
    internal void Add(int word, ulong slots, int source, bool counts)
    {
        Flip(word, slots, source);
        if (!counts) return;
        Span<ulong> buckets = _rarity.AsSpan(word * Buckets, Buckets);
        ulong rising = 0;
        for (int b = 0; b < Common; b++)
        {
            ulong members = buckets[b] & slots;
            buckets[b] = (buckets[b] & ~slots) | rising;
            rising = members;
        }
        buckets[Common] |= rising;
    }

    /// <summary>A source no longer has slots that it had.</summary>
    /// <param name="word">Where they are.</param>
    /// <param name="slots">The slots.</param>
    /// <param name="source">Who.</param>
    /// <param name="counts">False for one that costs money.</param>
    /// <param name="priced">Those that cost money.</param>
    internal void Remove(int word, ulong slots, int source, bool counts, ulong[] priced)
    {
        Flip(word, slots, source);
        if (!counts) return;
        Span<ulong> buckets = _rarity.AsSpan(word * Buckets, Buckets);
        ulong falling = NoLongerCommon(word, buckets[Common] & slots, priced);
        buckets[Common] &= ~falling;
        for (int b = Common - 1; b >= 0; b--)
        {
            ulong members = b > 0 ? buckets[b] & slots : 0;
            buckets[b] = (buckets[b] & ~members) | falling;
            falling = members;
        }
    }

    /// <summary>Makes room for more sources.</summary>
    internal void Widen(int sourceWords)
    {
        if (sourceWords <= _sourceWords) return;
        for (int word = 0; word < _holders.Length; word++)
        {
            if (_holders[word] is null) continue;
            ulong[] wider = new ulong[Bitset.WordBits * sourceWords];
            for (int i = 0; i < Bitset.WordBits; i++)
                Of((word << 6) + i).CopyTo(wider.AsSpan(i * sourceWords));
            _holders[word] = wider;
        }
        _spare = null;
        _sourceWords = sourceWords;
    }

    private void Flip(int word, ulong slots, int source)
    {
        ulong bit = 1UL << (source & 63);
        ulong[] holders = _holders[word]!;
        for (; slots != 0; slots &= slots - 1)
            holders[BitOperations.TrailingZeroCount(slots) * _sourceWords + (source >> 6)] ^= bit;
    }

    /// <summary>Those of the common slots that one holder fewer makes exact again.</summary>
    private ulong NoLongerCommon(int word, ulong slots, ulong[] priced)
    {
        ulong exact = 0;
        for (ulong left = slots; left != 0; left &= left - 1)
        {
            int bit = BitOperations.TrailingZeroCount(left);
            int count = 0;
            ReadOnlySpan<ulong> holders = Of((word << 6) + bit);
            for (int i = 0; i < holders.Length; i++)
                count += BitOperations.PopCount(holders[i] & ~priced[i]);
            if (count < Common) exact |= 1UL << bit;
        }
        return exact;
    }
}
