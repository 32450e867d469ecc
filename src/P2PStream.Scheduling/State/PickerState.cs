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

    /// <summary>What is due sooner presses: uploaders send it before what has time (8 s in P2PStream.Swarm), and refuse
    /// the latter while anybody is pressed.</summary>
    private static readonly long Presses = TimeSpan.FromSeconds(8).Ticks;

    /// <summary>What is due sooner a player may be waiting for: it starts, jumps or is about to stall.</summary>
    private static readonly long Awaited = TimeSpan.FromSeconds(1).Ticks;

    /// <summary>Weight of one delivery in the mean over all sources.</summary>
    private const double MeanGain = 1.0 / 16;

    private double _meanDone;
    private double _varianceDone;
    private long _barrenAsOf;
    private long _refusedUntil = long.MaxValue;

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

    /// <summary>True for what is due so soon that it does not wait at uploaders for what others press for.</summary>
    internal bool IsPressing(long due) => due - Now <= Presses;

    /// <summary>True for what a player may be waiting for: the sooner the better, in time or not. Not where somebody
    /// may be paid instead: who may pay goes by what is predicted with caution.</summary>
    internal bool IsAwaited(long due) => due - Now <= Awaited && !Sources.AnyPriced;

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
        if (Now >= _refusedUntil) Sources.ForgetRefusals();
        for (int word = 0; word < Sources.UsedWords; word++)
        {
            ulong bits = Sources.Ready[word] & ~Sources.Barren[word] & ~Sources.Refused[word];
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

    /// <summary>
    /// The decision has taken nothing of anybody: what is open is left to holders that would be sooner.
    /// That stays so until a source changes, anything opens or moves, or a run enters the urgent zone; who
    /// tells of more is looked at again. Not where time alone decides: of what is paid for, or late.
    /// </summary>
    internal void NoteRefusal()
    {
        if (Sources.AnyPriced) return;
        _refusedUntil = long.MaxValue;
        foreach (Lane lane in Lanes.Ordered)
        {
            if (Bitset.First(lane.Late, 0, lane.Capacity) >= 0) return;
            long enters = lane.NextUrgent;
            if (enters != long.MaxValue)
                _refusedUntil = Math.Min(_refusedUntil, enters - UrgentLength);
        }
        for (int word = 0; word < Sources.UsedWords; word++)
            Sources.Refused[word] = Sources.Ready[word] & ~Sources.Barren[word];
        Sources.AnyRefused = true;
    }

    /// <summary>Something has opened: any source may have it.</summary>
    private void ForgetBarren()
    {
        long opened = Lanes.Opened;
        if (opened == _barrenAsOf) return;
        _barrenAsOf = opened;
        Sources.ForgetRefusals();
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
