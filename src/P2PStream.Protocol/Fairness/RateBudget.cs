namespace P2PStream.Protocol;

/// <summary>
/// Bytes that may go now: they flow in at a rate and are taken block by block. Integers only, so that
/// it replays alike everywhere. The rate null means that nothing is counted.
/// </summary>
/// <remarks>Invariant: what is taken in any time t is at most <see cref="Capacity"/> + rate · t.
/// What is charged without asking is a debt, which the next income pays, half of it at most: who
/// must speak does not silence the rest.</remarks>
/// <param name="blocks">Blocks that may go at once, however low the rate.</param>
internal sealed class RateBudget(int blocks)
{
    /// <summary>Longest time for which a debt is remembered, in seconds of the rate.</summary>
    private const int DebtSeconds = 1;

    // In ticks of a byte, 10^-7: a rate times ticks of time is a whole number of them.
    private long _tokens;
    private long _debt;
    private TimeSpan _filled;

    /// <summary>Bytes per second; null: no limit.</summary>
    public long? Rate { get; private set; }

    /// <summary>How much of the rate is saved up beside the blocks: a wake-up that is late by less loses
    /// nothing.</summary>
    public TimeSpan Burst { get; private set; } = FairLimiter.Burst;

    /// <summary>Most bytes that can be saved up: the blocks, and the <see cref="Burst"/>.</summary>
    public long Capacity { get; private set; }

    /// <summary>Sets the rate; a full budget is there at first.</summary>
    public void SetRate(long? rate, TimeSpan now)
    {
        if (rate is { } bytes)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(bytes, FairLimiter.LowestRate);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, FairLimiter.HighestRate);
        }

        var isNew = Rate is null;
        Fill(now);
        Rate = rate;
        Resize();
        if (isNew) _tokens = Full;
        _debt = rate is null ? 0 : Math.Min(_debt, MostDebt);
        _filled = now;
    }

    /// <summary>Sets how much may be saved up.</summary>
    public void SetBurst(TimeSpan burst, TimeSpan now)
    {
        Fill(now);
        Burst = burst;
        Resize();
    }

    public bool Has(int bytes, TimeSpan now)
    {
        if (Rate is null) return true;
        Fill(now);
        return _tokens >= Ticks(bytes);
    }

    /// <summary>Takes what is there, see <see cref="Has"/>.</summary>
    public void Take(int bytes)
    {
        if (Rate is not null) _tokens -= Ticks(bytes);
    }

    /// <summary>Gives back what was taken and not used; what does not fit is lost.</summary>
    public void GiveBack(long bytes)
    {
        if (Rate is not null) _tokens = Math.Min(Full, _tokens + Math.Min(Full, Ticks(bytes)));
    }

    /// <summary>Counts what went without asking.</summary>
    public void Charge(long bytes, TimeSpan now)
    {
        if (Rate is null) return;
        Fill(now);
        _debt = Math.Min(MostDebt, _debt + Math.Min(MostDebt, Ticks(bytes)));
    }

    /// <summary>When so many bytes will be there, if nobody takes any.</summary>
    public TimeSpan WhenHas(int bytes)
    {
        var missing = Ticks(bytes) - _tokens;
        if (Rate is not { } rate || missing <= 0) return _filled;

        // The debt takes half of what comes in until it is paid.
        var income = missing + Math.Min(_debt, missing);
        return _filled + new TimeSpan((income + rate - 1) / rate);
    }

    private long Full => Capacity * TimeSpan.TicksPerSecond;

    private long MostDebt => (Rate ?? 0) * DebtSeconds * TimeSpan.TicksPerSecond;

    private void Resize()
    {
        Capacity = blocks * FairLimiter.Quantum
            + (Rate ?? 0) * Burst.Ticks / TimeSpan.TicksPerSecond;
        _tokens = Math.Min(_tokens, Full);
    }

    private static long Ticks(long bytes) => bytes * TimeSpan.TicksPerSecond;

    private void Fill(TimeSpan now)
    {
        if (Rate is not { } rate || now <= _filled) return;

        // What fills it and pays all debt is enough; more could overflow.
        var most = (2 * Full + _debt) / rate + 1;
        var income = Math.Min((now - _filled).Ticks, most) * rate;
        _filled = now;
        var paid = Math.Min(_debt, income / 2);
        _debt -= paid;
        _tokens += income - paid;
        if (_tokens <= Full) return;
        _debt -= Math.Min(_debt, _tokens - Full);
        _tokens = Full;
    }
}
