using System.Numerics;

namespace P2PStream.Scheduling;

/// <summary>What the unpriced holders of one slot can do, busy ones included.</summary>
internal ref struct PeerSurvey
{
    /// <summary>
    /// Who delivers soonest, with or without room; null when nobody takes requests.
    /// </summary>
    internal Source? Best;

    /// <summary>Who delivers soonest of those with room.</summary>
    internal Source? BestReady;

    /// <summary>Ticks until <see cref="Best"/> delivers; infinite without one.</summary>
    internal double Eta = double.PositiveInfinity;

    /// <summary>The least slack that any of them needs to count as in time.</summary>
    internal double Need = double.PositiveInfinity;

    /// <summary>Ticks until <see cref="BestReady"/> delivers.</summary>
    internal double ReadyEta;

    /// <summary>Holders with room.</summary>
    internal int ReadyCount;

    private readonly bool _isAwaited;

    internal PeerSurvey(
        PickerState state, Lane lane, int slot, int except = -1, bool isAwaited = false)
    {
        _isAwaited = isAwaited;
        SourceTable sources = state.Sources;
        ReadOnlySpan<ulong> holders = lane.Holders.Of(slot);
        for (int word = 0; word < holders.Length; word++)
        {
            ulong bits = holders[word] & ~sources.Priced[word];
            for (; bits != 0; bits &= bits - 1)
            {
                int index = (word << 6) + BitOperations.TrailingZeroCount(bits);
                if (index == except) continue;
                bool isReady = isAwaited ? sources.IsReady(index) : sources.IsCalm(index);
                Add(sources.Known(index), state.Decision, isReady);
            }
        }
    }

    private void Add(Source source, uint decision, bool ready)
    {
        double claimed = source.ClaimedWork(decision);
        double eta = (_isAwaited ? source.AwaitedEta : source.Eta) + claimed;
        if (eta < Eta) (Eta, Best) = (eta, source);
        double need = (_isAwaited ? source.AwaitedNeed : source.Need) + claimed;
        if (need < Need) Need = need;
        if (!ready) return;
        ReadyCount++;
        if (BestReady is not null && eta >= ReadyEta) return;
        (ReadyEta, BestReady) = (eta, source);
    }
}
