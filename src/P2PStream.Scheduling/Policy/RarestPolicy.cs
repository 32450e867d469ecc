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

    internal bool TryChoose(bool far, out Choice choice)
    {
        choice = default;
        SourceTable sources = state.Sources;
        for (Source? s = sources.NextReady(0); s is not null; s = sources.NextReady(s.Index + 1))
            _candidates[s.Index] = s.IsPriced || !state.HasToGive(s) ? 0 : CandidatesOf(s, far);
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

    private int CandidatesOf(Source source, bool far)
    {
        int count = 0;
        foreach (Lane lane in state.Lanes.Ordered)
        {
            if (source.Have[lane.Index] is { } have)
                count += Bitset.CountCommon(have, lane.Open, far ? lane.Far : lane.Near);
        }
        return count;
    }

    private bool TrySource(Source source, bool far, out Choice choice)
    {
        choice = default;
        int rarest = Lane.RarityBuckets;
        foreach (Lane lane in state.Lanes.Ordered)
        {
            if (source.Have[lane.Index] is not { } have) continue;
            ulong[] zone = far ? lane.Far : lane.Near;
            if (Bitset.CountCommon(have, lane.Open, zone) == 0) continue;
            int start = lane.StartOf(far, source.Rotation);
            // Bucket 0 holds what nobody has, so nothing of this source.
            for (int bucket = 1; bucket < rarest; bucket++)
            {
                int slot = FirstFrom(source, lane, zone, bucket, start);
                if (slot < 0) continue;
                choice = new Choice(lane, slot, source);
                rarest = bucket;
            }
        }
        return rarest < Lane.RarityBuckets;
    }

    private int FirstFrom(Source source, Lane lane, ulong[] zone, int bucket, int start)
    {
        ulong[] have = source.Have[lane.Index]!;
        int first = start >> 6;
        ulong upper = ulong.MaxValue << (start & 63);
        // The first word is seen twice: from the start on, and in the end up to it.
        for (int i = 0; i <= lane.Words; i++)
        {
            int word = (first + i) % lane.Words;
            ulong bits = lane.Open[word] & zone[word] & have[word]
                & lane.Rarity[bucket * lane.Words + word];
            if (i == 0) bits &= upper;
            if (i == lane.Words) bits &= ~upper;
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
