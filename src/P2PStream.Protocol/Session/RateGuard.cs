namespace P2PStream.Protocol;

/// <summary>The budgets of all frames whose row in the <see cref="FrameTable"/> names one.</summary>
internal sealed class RateGuard(TimeSpan now)
{
    private TokenBucket _pings = new(SessionLimits.Pings, now);
    private TokenBucket _opens = new(SessionLimits.Opens, now);
    private TokenBucket _wants = new(SessionLimits.Wants, now);
    private TokenBucket _bulks = new(SessionLimits.Bulks, now);
    private TokenBucket _deltas = new(SessionLimits.Deltas, now);

    public bool Allows(FrameRate rate, TimeSpan now) => rate switch
    {
        FrameRate.Ping => _pings.TryTake(now),
        FrameRate.Open => _opens.TryTake(now),
        FrameRate.Want => _wants.TryTake(now),
        FrameRate.Bulk => _bulks.TryTake(now),
        FrameRate.Delta => _deltas.TryTake(now),
        _ => true,
    };
}
