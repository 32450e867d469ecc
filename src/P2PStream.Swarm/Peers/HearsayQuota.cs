namespace P2PStream.Swarm;

/// <summary>How many addresses the peers of one place may make this node try: so many at once, so many
/// a minute.</summary>
internal struct HearsayQuota(TimeSpan now)
{
    /// <summary>New addresses at once: one exchange.</summary>
    public const int Burst = 32;

    /// <summary>New addresses a minute from then on.</summary>
    public const int PerMinute = 16;

    private double _left = Burst;
    private TimeSpan _filled = now;

    /// <returns>False when enough has been told for now.</returns>
    public bool TryTake(TimeSpan now)
    {
        Fill(now);
        if (_left < 1) return false;
        _left--;
        return true;
    }

    /// <summary>True when as much may be told as at first.</summary>
    public bool IsFull(TimeSpan now)
    {
        Fill(now);
        return _left >= Burst;
    }

    private void Fill(TimeSpan now)
    {
        if (now <= _filled) return;
        _left = Math.Min(Burst, _left + (now - _filled).TotalMinutes * PerMinute);
        _filled = now;
    }
}
