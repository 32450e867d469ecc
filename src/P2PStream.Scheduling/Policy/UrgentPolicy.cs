using System.Numerics;

namespace P2PStream.Scheduling;

/// <summary>
/// The urgent zone: earliest deadline first, then fewest holders; each block from whoever delivers
/// it soonest. Expired blocks are the most urgent: a player waits, it does not skip. What it may be waiting for already
/// is left to who is soonest even where another, with room, would be in time.
/// </summary>
internal sealed class UrgentPolicy(PickerState state, PaidPolicy paid)
{
    /// <summary>
    /// Sources this close to the soonest are alike; the least useful elsewhere goes first.
    /// </summary>
    private const double AlikeFactor = 1.25;

    internal bool TryChoose(out Choice choice)
    {
        choice = default;
        // Bucket 0 is what no peer has: most of a lane, and nothing to look at without a priced source.
        int first = state.Sources.AnyPriced ? 0 : 1;
        state.Lanes.StartWalk();
        while (state.Lanes.TryWalk(state.Now + state.UrgentLength, out Lane lane, out Run run))
        {
            int slot = lane.SlotOf(run.First);
            int before = Math.Min(run.Count, lane.Capacity - slot);
            bool wraps = before < run.Count;
            int wrapped = run.Count - before;
            if (Bitset.First(lane.Open, slot, slot + before) < 0
                && (!wraps || Bitset.First(lane.Open, 0, wrapped) < 0)) continue;
            long slack = run.Due - state.Now;
            for (int bucket = first; bucket < HolderBook.Buckets; bucket++)
            {
                if (TryRange(lane, bucket, slot, slot + before, slack, out choice)) return true;
                if (wraps && TryRange(lane, bucket, 0, wrapped, slack, out choice)) return true;
            }
        }
        return false;
    }

    private bool TryRange(
        Lane lane, int bucket, int start, int end, long slack, out Choice choice)
    {
        var range = new WordRange(start, end - start);
        while (range.TryNext(out int word, out ulong bits))
        {
            bits &= lane.Open[word];
            if (bits == 0) continue;
            bits &= lane.Holders.Rarity(word, bucket);
            for (; bits != 0; bits &= bits - 1)
            {
                int slot = (word << 6) + BitOperations.TrailingZeroCount(bits);
                if (!TrySlot(lane, slot, slack, out Source? source)) continue;
                choice = new Choice(lane, slot, source!);
                return true;
            }
        }
        choice = default;
        return false;
    }

    private bool TrySlot(Lane lane, int slot, long slack, out Source? source)
    {
        bool isAwaited = state.IsAwaited(lane.Due(slot));
        var peers = new PeerSurvey(state, lane, slot, isAwaited: isAwaited);
        source = peers.BestReady;
        bool mayWait = isAwaited && peers.Best is { IsSettled: true };
        if (source is not null && !mayWait && source.NeedIn(state.Decision) <= slack)
        {
            if (peers.ReadyCount > 1) source = LeastUseful(lane, slot, slack, source);
            return true;
        }
        if (paid.TryInstead(lane, slot, slack, peers, out Source? origin))
        {
            source = origin;
            return true;
        }
        if (peers.Best is null) return false;
        if (source is not null && peers.ReadyEta <= peers.Eta) return true;
        // Someone without room delivers it sooner: left to them, and later blocks queue there.
        peers.Best.Claim(isAwaited, state.Decision);
        return false;
    }

    /// <summary>
    /// Of those that deliver about as soon, the one with the fewest other blocks to give.
    /// </summary>
    private Source LeastUseful(Lane lane, int slot, long slack, Source soonest)
    {
        double alike = soonest.EtaIn(state.Decision) * AlikeFactor;
        ReadOnlySpan<ulong> holders = lane.Holders.Of(slot);
        Source best = soonest;
        int fewest = state.CandidatesOf(soonest);
        for (int word = 0; word < holders.Length; word++)
        {
            ulong bits = holders[word] & state.Sources.Calm[word] & ~state.Sources.Priced[word];
            for (; bits != 0; bits &= bits - 1)
            {
                Source other =
                    state.Sources[(word << 6) + BitOperations.TrailingZeroCount(bits)];
                if (other == soonest
                    || other.EtaIn(state.Decision) > alike
                    || other.NeedIn(state.Decision) > slack) continue;
                int candidates = state.CandidatesOf(other);
                if (candidates >= fewest) continue;
                (best, fewest) = (other, candidates);
            }
        }
        return best;
    }
}
