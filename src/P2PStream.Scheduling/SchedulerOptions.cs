namespace P2PStream.Scheduling;

/// <summary>
/// How a <see cref="DeadlineScheduler"/> weighs time, waste and money. The defaults suit 16 KiB
/// blocks and segments of 1 to 10 seconds.
/// </summary>
public sealed record SchedulerOptions
{
    /// <summary>
    /// Mixed into every source's salt; two schedulers with one seed and one log decide alike.
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Bytes of an ordinary block, 1 or more; what one request is expected to carry.
    /// </summary>
    public int BlockBytes { get; init; } = 16_384;

    /// <summary>Shortest urgent zone: what is due within it goes earliest deadline first.</summary>
    public TimeSpan UrgentZone { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Length of the rarest-first zone behind the urgent one; later blocks wait for it.
    /// </summary>
    public TimeSpan RarestZone { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Most work a source should have queued beyond one round trip (τ of the window formula): enough
    /// to ride out the gap between an arrival and the next request, little enough to change minds.
    /// </summary>
    public TimeSpan WindowHeadroom { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>
    /// As <see cref="WindowHeadroom"/> for a source that delivers steadily; one that makes longer
    /// pauses has twice the longest of them queued.
    /// </summary>
    public TimeSpan LeastHeadroom { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>
    /// Requests a source of unknown rate gets at once, 1 or more, when it is the only one that costs
    /// nothing, or costs money.
    /// </summary>
    public int InitialWindow { get; init; } = 8;

    /// <summary>
    /// Bytes a second, 0 or more, that a source of unknown rate is asked for over a round trip while other sources
    /// that cost nothing are connected, whatever they have told so far: what is asked of one that turns out slow
    /// waits there, and a long path takes more to fill. From <see cref="MinimumWindow"/> to
    /// <see cref="InitialWindow"/> requests.
    /// </summary>
    public double InitialRateAmongOthers { get; init; } = 655_360;

    /// <summary>
    /// Fewest requests for a source in good standing, 1 or more: with 2 the next one is already
    /// there when one ends, however slow the source.
    /// </summary>
    public int MinimumWindow { get; init; } = 2;

    /// <summary>Bytes per second assumed of a source that nothing is known about.</summary>
    public double AssumedRate { get; init; } = 1_048_576;

    /// <summary>Round trip assumed of a source that nothing is known about.</summary>
    public TimeSpan AssumedRoundTrip { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Standard deviations added to an expected arrival before it counts as in time.
    /// </summary>
    public double SafetyDeviations { get; init; } = 2;

    /// <summary>Share of delivered bytes that second copies may cost, 0 to 1.</summary>
    public double HedgeShare { get; init; } = 0.03;

    /// <summary>
    /// Second copies allowed before anything was delivered, in blocks: start-up needs rescue too.
    /// </summary>
    public int HedgeAllowance { get; init; } = 2;

    /// <summary>Most second copies that can be saved up, in blocks.</summary>
    public int HedgeBurst { get; init; } = 16;

    /// <summary>
    /// Standard deviations beyond the mean after which a request counts as stalled.
    /// </summary>
    public double StallDeviations { get; init; } = 4;

    /// <summary>Shortest time after which a request counts as stalled.</summary>
    public TimeSpan StallFloor { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Shortest silence after which everything a source owes is asked elsewhere, if others deliver
    /// meanwhile and the player cannot wait for <see cref="StallFloor"/>.
    /// </summary>
    public TimeSpan SilenceFloor { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>
    /// As <see cref="StallFloor"/> for a source that costs money: its clients share what it can
    /// give, a link of its own tells when it fails, and giving up means paying twice.
    /// </summary>
    public TimeSpan PaidStallFloor { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// Longest time before a request counts as stalled, whatever was believed of its source.
    /// </summary>
    public TimeSpan StallCeiling { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How much earlier than strictly needed a priced source that was not elected is asked.
    /// </summary>
    public TimeSpan OriginGuard { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Most requests outstanding over all sources; bounds the memory that answers need.
    /// </summary>
    public int OutstandingLimit { get; init; } = 2_048;

    /// <summary>Throws when a value is outside its range: a mistake of the host.</summary>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BlockBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(InitialWindow, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(InitialRateAmongOthers, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumWindow, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(UrgentZone, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RarestZone, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LeastHeadroom, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(WindowHeadroom, LeastHeadroom);
        ArgumentOutOfRangeException.ThrowIfLessThan(AssumedRoundTrip, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(OriginGuard, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AssumedRate, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(SafetyDeviations, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(HedgeShare, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(HedgeShare, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HedgeAllowance, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(HedgeBurst, HedgeAllowance);
        ArgumentOutOfRangeException.ThrowIfLessThan(StallDeviations, 0);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StallFloor, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SilenceFloor, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(PaidStallFloor, StallFloor);
        ArgumentOutOfRangeException.ThrowIfLessThan(StallCeiling, PaidStallFloor);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutstandingLimit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            OutstandingLimit, SchedulerLimits.Outstanding);
    }
}
