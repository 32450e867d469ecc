namespace P2PStream.Protocol;

/// <summary>Counts what a remote may do: so many at once, so many a second. Integers only, so that
/// it replays alike everywhere.</summary>
internal struct TokenBucket
{
    private readonly RateLimit _limit;
    private long _tokenTicks;
    private TimeSpan _filled;

    public TokenBucket(RateLimit limit, TimeSpan now)
    {
        _limit = limit;
        _tokenTicks = limit.Burst * TimeSpan.TicksPerSecond;
        _filled = now;
    }

    /// <summary>Takes tokens: all that are asked for, or none.</summary>
    public bool TryTake(int count, TimeSpan now)
    {
        var full = _limit.Burst * TimeSpan.TicksPerSecond;
        var elapsed = Math.Clamp((now - _filled).Ticks, 0, full);
        _tokenTicks = Math.Min(full, _tokenTicks + elapsed * _limit.PerSecond);
        _filled = now;
        var price = count * TimeSpan.TicksPerSecond;
        if (_tokenTicks < price) return false;
        _tokenTicks -= price;
        return true;
    }
}
