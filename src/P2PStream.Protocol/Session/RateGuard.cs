namespace P2PStream.Protocol;

/// <summary>The budgets of all frames whose row in the <see cref="FrameTable"/> names one.</summary>
internal struct RateGuard(TimeSpan now)
{
    private TokenBucket _pings = new(SessionLimits.Pings, now);
    private TokenBucket _opens = new(SessionLimits.Opens, now);
    private TokenBucket _wants = new(SessionLimits.Wants, now);
    private TokenBucket _bulks = new(SessionLimits.Bulks, now);
    private TokenBucket _deltas = new(SessionLimits.Deltas, now);

    /// <summary>Charges a frame.</summary>
    /// <param name="rate">The budget its row names.</param>
    /// <param name="cost">1, or the ranges it carries: each is as much work as a frame of its own.</param>
    /// <param name="now">The present.</param>
    public bool Allows(FrameRate rate, int cost, TimeSpan now) => rate switch
    {
        FrameRate.Ping => _pings.TryTake(SessionLimits.Pings, cost, now),
        FrameRate.Open => _opens.TryTake(SessionLimits.Opens, cost, now),
        FrameRate.Want => _wants.TryTake(SessionLimits.Wants, cost, now),
        FrameRate.Bulk => _bulks.TryTake(SessionLimits.Bulks, cost, now),
        FrameRate.Delta => _deltas.TryTake(SessionLimits.Deltas, cost, now),
        _ => true,
    };
}
