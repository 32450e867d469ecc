using System.Numerics;

namespace P2PStream.Scheduling;

/// <summary>
/// Everything the policies look at: lanes, sources, requests, and where the urgent zone ends now.
/// </summary>
internal sealed class PickerState(SchedulerOptions options)
{
    /// <summary>
    /// Standard deviations beyond the mean delivery time that the urgent zone covers.
    /// </summary>
    private const double ZoneDeviations = 4;

    /// <summary>Weight of one delivery in the mean over all sources.</summary>
    private const double MeanGain = 1.0 / 16;

    private double _meanDone;
    private double _varianceDone;
    private long _barrenAsOf;

    internal SchedulerOptions Options { get; } = options;

    internal LaneTable Lanes { get; } = new();

    internal SourceTable Sources { get; } = new();

    internal TicketTable Tickets { get; } = new();

    /// <summary>The latest time the host gave, ticks.</summary>
    internal long Now { get; private set; }

    /// <summary>Length of the urgent zone, ticks: H.</summary>
    internal long UrgentLength { get; private set; } = options.UrgentZone.Ticks;

    /// <summary>Names the decision that claims belong to.</summary>
    internal uint Decision { get; private set; } = 1;

    /// <summary>Time never runs backwards, whatever the host says.</summary>
    internal void MoveTo(TimeSpan now) => Now = Math.Max(Now, now.Ticks);

    internal void BeginDecision()
    {
        Decision++;
        Measure();
        long urgentEnd = Now + UrgentLength;
        long nearEnd = urgentEnd + Options.RarestZone.Ticks;
        foreach (Lane lane in Lanes.Ordered) lane.MoveZones(urgentEnd, nearEnd);
    }

    /// <summary>Works out how long the urgent zone is now.</summary>
    internal void Measure() => UrgentLength = Zone();

    /// <summary>
    /// Could any source with room be asked for anything? Exact: what every policy asks for is open or
    /// late, and at a source with room.
    /// </summary>
    internal bool AnythingToGive()
    {
        ForgetBarren();
        for (int word = 0; word < Sources.UsedWords; word++)
        {
            ulong bits = Sources.Ready[word] & ~Sources.Barren[word];
            for (; bits != 0; bits &= bits - 1)
                if (HasToGive(Sources[(word << 6) + BitOperations.TrailingZeroCount(bits)]))
                    return true;
        }
        return false;
    }

    /// <summary>Has a source, that was not found barren, anything that is open or late?</summary>
    internal bool HasToGive(Source source)
    {
        foreach (Lane lane in Lanes.Ordered)
        {
            if (source.Have[lane.Index] is not { } have) continue;
            if (Bitset.Intersects(have, lane.Open) || Bitset.Intersects(have, lane.Late))
                return true;
        }
        Bitset.Add(Sources.Barren, source.Index);
        return false;
    }

    /// <summary>Something has opened: any source may have it.</summary>
    private void ForgetBarren()
    {
        long opened = Lanes.Opened;
        if (opened == _barrenAsOf) return;
        _barrenAsOf = opened;
        Array.Clear(Sources.Barren);
    }

    /// <summary>Notes how long a block took, over all sources.</summary>
    internal void ObserveDelivery(long took)
    {
        if (_meanDone == 0)
        {
            _meanDone = took;
            _varianceDone = took / 2.0 * (took / 2.0);
            return;
        }
        double miss = took - _meanDone;
        _meanDone += MeanGain * miss;
        _varianceDone += MeanGain * (miss * miss - _varianceDone);
    }

    /// <summary>Unheld blocks that a source could be asked for now.</summary>
    internal int CandidatesOf(Source source)
    {
        int count = 0;
        foreach (Lane lane in Lanes.Ordered)
        {
            if (source.Have[lane.Index] is { } have)
                count += Bitset.CountCommon(have, lane.Open);
        }
        return count;
    }

    /// <summary>
    /// H = clamp(mean + 4σ, minimum, half of what is wanted), but never shorter than what the
    /// quickest priced source needs: it is asked inside the urgent zone only.
    /// </summary>
    private long Zone()
    {
        long wanted = Math.Max(0, Lanes.LastDue() - Now);
        double reach = _meanDone + ZoneDeviations * Math.Sqrt(_varianceDone);
        double zone = Math.Max(Options.UrgentZone.Ticks, Math.Min(reach, wanted / 2.0));
        double paid = double.PositiveInfinity;
        for (Source? s = Sources.NextPriced(0); s is not null; s = Sources.NextPriced(s.Index + 1))
            paid = Math.Min(paid, s.Eta + Options.OriginGuard.Ticks);
        if (!double.IsPositiveInfinity(paid)) zone = Math.Max(zone, Math.Min(paid, wanted));
        return (long)zone;
    }
}
