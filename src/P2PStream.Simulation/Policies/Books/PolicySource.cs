using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>One source: what is in flight there, and what its deliveries say of it.</summary>
internal sealed class PolicySource
{
    private const double Memory = 1 - 1.0 / 16;
    private const int PriorBlocks = 2, MostRefusals = 5;

    private double _bytes;
    private double _busySeconds;
    private int _refusals;

    internal PolicySource(
        int index, in SourceProfile profile, SchedulerOptions options, TimeSpan now)
    {
        Index = index;
        IsOrigin = profile.Price > 0;
        Salt = profile.Salt;
        Limit = profile.WindowLimit;
        double rate = profile.Rate > 0 ? profile.Rate : options.AssumedRate;
        RoundTrip = profile.RoundTrip > TimeSpan.Zero
            ? profile.RoundTrip
            : options.AssumedRoundTrip;
        _bytes = PriorBlocks * options.BlockBytes;
        _busySeconds = _bytes / rate;
        LastDelivery = now;
    }

    internal int Index { get; }

    internal bool IsOrigin { get; }

    internal ulong Salt { get; }

    /// <summary>Most requests outstanding: the credit it gives.</summary>
    internal int Limit { get; set; }

    internal List<PolicyRequest> Requests { get; } = [];

    internal bool IsGone { get; set; }

    /// <summary>Bytes per second.</summary>
    internal double Rate => _bytes / _busySeconds;

    /// <summary>The smallest time from request to delivery, or what was measured.</summary>
    internal TimeSpan RoundTrip { get; private set; }

    internal TimeSpan LastDelivery { get; private set; }

    internal bool HasDelivered { get; private set; }

    /// <summary>It refused lately and is left alone until then.</summary>
    internal TimeSpan RestsUntil { get; private set; }

    /// <summary>It stalled and has delivered nothing since.</summary>
    internal bool IsSnubbed { get; private set; }

    /// <summary>Seconds until a block asked for now arrives, behind what is queued.</summary>
    internal double Expected(int blockBytes) =>
        RoundTrip.TotalSeconds + (Requests.Count + 1) * (double)blockBytes / Rate;

    internal void Measured(TimeSpan roundTrip) => RoundTrip = roundTrip;

    internal void Delivered(int bytes, TimeSpan sentAt, TimeSpan now)
    {
        if (now - sentAt < RoundTrip) RoundTrip = now - sentAt;
        // Busy from the block before it, or from half a round trip after its own request.
        TimeSpan idle = sentAt + RoundTrip / 2;
        TimeSpan start = HasDelivered && LastDelivery > idle ? LastDelivery : idle;
        _bytes = _bytes * Memory + bytes;
        _busySeconds = Math.Max(
            1e-6, _busySeconds * Memory + Math.Max(0, (now - start).TotalSeconds));
        LastDelivery = now;
        HasDelivered = true;
        IsSnubbed = false;
        _refusals = 0;
    }

    internal void Stalled() => IsSnubbed = true;

    internal void Refused(TimeSpan now)
    {
        if (now < RestsUntil) return;
        RestsUntil = now + RoundTrip * (1 << _refusals) + TimeSpan.FromMilliseconds(20);
        _refusals = Math.Min(_refusals + 1, MostRefusals);
    }
}
