using System.Numerics;

namespace P2PStream.Scheduling;

/// <summary>
/// Beyond the urgent zone: the block that fewest peers hold, ties broken by a rotation salted with
/// the source, so that neighbours fetch different blocks and can trade them.
/// </summary>
internal sealed class RarestPolicy(PickerState state)
{
    /// <summary>Of the sources with room: blocks that each could be asked for, 0 when tried.</summary>
    private readonly int[] _candidates = new int[SchedulerLimits.Sources];
    private readonly OpenWords _wanted = new();

    internal bool TryChoose(bool far, out Choice choice)
    {
        choice = default;
        _wanted.Gather(state.Lanes.Ordered, far);
        if (_wanted.IsEmpty) return false;
        SourceTable sources = state.Sources;
        for (Source? s = sources.NextReady(0); s is not null; s = sources.NextReady(s.Index + 1))
            _candidates[s.Index] = s.IsPriced || !state.HasToGive(s) ? 0 : _wanted.CandidatesOf(s);
        while (NextSource() is { } source)
        {
            _candidates[source.Index] = 0;
            if (TrySource(source, far, out choice)) return true;
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
        for (Source? s = sources.NextReady(0); s is not null; s = sources.NextReady(s.Index + 1))
        {
            int candidates = _candidates[s.Index];
            if (candidates == 0 || candidates > fewest) continue;
            if (candidates == fewest && best is not null && s.Eta >= best.Eta) continue;
            (best, fewest) = (s, candidates);
        }
        return best;
    }

    private bool TrySource(Source source, bool far, out Choice choice)
    {
        choice = default;
        int rarest = Lane.RarityBuckets;
        foreach (LaneWords group in _wanted.Lanes)
        {
            Lane lane = group.Lane;
            if (source.Have[lane.Index] is not { } have) continue;
            ReadOnlySpan<OpenWord> words = _wanted.Words(group);
            if (OpenWords.Count(words, have) == 0) continue;
            int start = lane.StartOf(far, source.Rotation);
            // Bucket 0 holds what nobody has, so nothing of this source.
            for (int bucket = 1; bucket < rarest; bucket++)
            {
                int slot = FirstFrom(source, lane, words, bucket, start);
                if (slot < 0) continue;
                choice = new Choice(lane, slot, source);
                rarest = bucket;
            }
        }
        return rarest < Lane.RarityBuckets;
    }

    private int FirstFrom(
        Source source, Lane lane, ReadOnlySpan<OpenWord> words, int bucket, int start)
    {
        ulong[] have = source.Have[lane.Index]!;
        int first = start >> 6;
        ulong upper = ulong.MaxValue << (start & 63);
        int begin = 0;
        while (begin < words.Length && words[begin].Word < first) begin++;
        // The first word is seen twice: from the start on, and in the end up to it.
        bool isSplit = begin < words.Length && words[begin].Word == first;
        int looks = words.Length + (isSplit ? 1 : 0);
        for (int i = 0; i < looks; i++)
        {
            (int word, ulong open) = words[(begin + i) % words.Length];
            ulong bits = open & have[word] & lane.Rarity[bucket * lane.Words + word];
            if (isSplit && i == 0) bits &= upper;
            if (isSplit && i == words.Length) bits &= ~upper;
            for (; bits != 0; bits &= bits - 1)
            {
                int slot = (word << 6) + BitOperations.TrailingZeroCount(bits);
                if (IsAcceptable(source, lane, slot)) return slot;
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
