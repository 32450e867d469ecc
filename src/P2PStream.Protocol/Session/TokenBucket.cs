namespace P2PStream.Protocol;

/// <summary>Counts what a remote may do: so many at once, so many a second. Integers only, so that
/// it replays alike everywhere. Of the limit, which all links share, each is told: a link has five of these.</summary>
internal struct TokenBucket
{
    private long _tokenTicks;
    private TimeSpan _filled;

    public TokenBucket(RateLimit limit, TimeSpan now)
    {
        _tokenTicks = limit.Burst * TimeSpan.TicksPerSecond;
        _filled = now;
    }

    /// <summary>Takes tokens: all that are asked for, or none.</summary>
    public bool TryTake(RateLimit limit, int count, TimeSpan now)
    {
        var full = limit.Burst * TimeSpan.TicksPerSecond;
        var elapsed = Math.Clamp((now - _filled).Ticks, 0, full);
        _tokenTicks = Math.Min(full, _tokenTicks + elapsed * limit.PerSecond);
        _filled = now;
        var price = count * TimeSpan.TicksPerSecond;
        if (_tokenTicks < price) return false;
        _tokenTicks -= price;
        return true;
    }
}
