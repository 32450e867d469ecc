using System.Numerics;

namespace P2PStream.Scheduling;

/// <summary>
/// Beyond the urgent zone: the block that fewest peers hold, ties broken by a rotation salted with
/// the source, so that neighbours fetch different blocks and can trade them.
/// </summary>
internal sealed class RarestPolicy(PickerState state)
{
    /// <summary>Sources with room that have something of what is wanted and were not tried yet.</summary>
    private readonly ulong[] _givers = new ulong[SourceTable.Words];

    /// <summary>Of those: blocks that each could be asked for.</summary>
    private readonly int[] _candidates = new int[SchedulerLimits.Sources];
    private readonly OpenWords _wanted = new();

    /// <summary>Chooses in one zone of each lane.</summary>
    /// <param name="zoneOf">The zone.</param>
    /// <param name="isTrusted">True to leave out who has stalled: it would hold up what the player reads.</param>
    /// <param name="choice">What is chosen.</param>
    internal bool TryChoose(Func<Lane, LaneZone> zoneOf, bool isTrusted, out Choice choice)
    {
        choice = default;
        _wanted.Gather(state.Lanes.Ordered, zoneOf);
        if (_wanted.IsEmpty) return false;
        SourceTable sources = state.Sources;
        for (int word = 0; word < sources.UsedWords; word++)
        {
            ulong givers = 0;
            ulong bits = sources.Calm[word] & ~sources.Priced[word] & ~sources.Barren[word];
            for (; bits != 0; bits &= bits - 1)
            {
                Source source = sources[(word << 6) + BitOperations.TrailingZeroCount(bits)];
                if (!state.HasToGive(source) || (isTrusted && source.Backoff > 0)) continue;
                int candidates = _wanted.CandidatesOf(source);
                _candidates[source.Index] = candidates;
                if (candidates > 0) givers |= bits & (~bits + 1);
            }
            _givers[word] = givers;
        }
        while (NextSource() is { } source)
        {
            Bitset.Remove(_givers, source.Index);
            if (TrySource(source, zoneOf, out choice)) return true;
        }
        return false;
    }

    /// <summary>
    /// The source with the fewest blocks to give: who can do little else goes first.
    /// </summary>
    private Source? NextSource()
    {
        Source? best = null;
        int fewest = int.MaxValue;
        SourceTable sources = state.Sources;
        for (int word = 0; word < sources.UsedWords; word++)
        {
            for (ulong bits = _givers[word]; bits != 0; bits &= bits - 1)
            {
                int index = (word << 6) + BitOperations.TrailingZeroCount(bits);
                int candidates = _candidates[index];
                if (candidates > fewest) continue;
                Source source = sources[index];
                if (candidates == fewest && best is not null && source.Eta >= best.Eta) continue;
                (best, fewest) = (source, candidates);
            }
        }
        return best;
    }

    private bool TrySource(Source source, Func<Lane, LaneZone> zoneOf, out Choice choice)
    {
        choice = default;
        int rarest = HolderBook.Buckets;
        foreach (LaneWords group in _wanted.Lanes)
        {
            Lane lane = group.Lane;
            if (source.Have[lane.Index] is not { } have) continue;
            ReadOnlySpan<OpenWord> words = _wanted.Words(group);
            if (OpenWords.Count(words, have) == 0) continue;
            int slot = Rarest(
                source, lane, words, zoneOf(lane).StartOf(source.Rotation), ref rarest);
            if (slot >= 0) choice = new Choice(lane, slot, source);
        }
        return rarest < HolderBook.Buckets;
    }

    /// <summary>
    /// The first slot, from a start on and around, of the rarest that the source may be asked for.
    /// </summary>
    /// <param name="source">Who would be asked.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="words">What is open of it.</param>
    /// <param name="start">Where the source's rotation begins.</param>
    /// <param name="rarest">Only what fewer hold is looked at; then how many hold the slot.</param>
    /// <returns>The slot, or -1.</returns>
    private int Rarest(
        Source source, Lane lane, ReadOnlySpan<OpenWord> words, int start, ref int rarest)
    {
        int found = -1;
        ulong[] have = source.Have[lane.Index]!;
        int first = start >> 6;
        ulong upper = ulong.MaxValue << (start & 63);
        int begin = 0;
        while (begin < words.Length && words[begin].Word < first) begin++;
        // The first word is seen twice: from the start on, and in the end up to it.
        bool isSplit = begin < words.Length && words[begin].Word == first;
        int looks = words.Length + (isSplit ? 1 : 0);
        for (int i = 0, at = begin; i < looks; i++, at++)
        {
            if (at >= words.Length) at = 0;
            (int word, ulong open) = words[at];
            ulong candidates = open & have[word];
            if (isSplit && i == 0) candidates &= upper;
            if (isSplit && i == words.Length) candidates &= ~upper;
            if (candidates == 0) continue;
            int slot = RarestIn(source, lane, word, candidates, ref rarest);
            if (slot >= 0) found = slot;
            if (rarest == 1) break;
        }
        return found;
    }

    private int RarestIn(
        Source source, Lane lane, int word, ulong candidates, ref int rarest)
    {
        ReadOnlySpan<ulong> buckets = lane.Holders.Rarity(word);
        // Bucket 0 holds what nobody has, so nothing of this source.
        for (int bucket = 1; bucket < rarest; bucket++)
        {
            for (ulong bits = candidates & buckets[bucket]; bits != 0; bits &= bits - 1)
            {
                int slot = (word << 6) + BitOperations.TrailingZeroCount(bits);
                if (!IsAcceptable(source, lane, slot)) continue;
                rarest = bucket;
                return slot;
            }
        }
        return -1;
    }

    /// <summary>In time, or nobody would be sooner.</summary>
    private bool IsAcceptable(Source source, Lane lane, int slot)
    {
        double need = source.NeedIn(state.Decision);
        // One that has stalled is tried on what can stall again and still be asked elsewhere.
        if (source.Backoff > 0) need = Math.Max(need, source.StallLimit() + state.UrgentLength);
        if (need <= lane.Due(slot) - state.Now) return true;
        return source.EtaIn(state.Decision) <= new PeerSurvey(state, lane, slot).Eta;
    }
}
