namespace P2PStream.Swarm;

/// <summary>What the words of the peers of one place may cost this node: so much at once, so much a second.
/// Counted in slots looked at or changed, since one range may touch one of them or all.</summary>
internal struct WorkBudget(TimeSpan now)
{
    /// <summary>Slots a second: four times the blocks of 1 Gbit/s, each announced alone, then as
    /// a whole segment, then dropped.</summary>
    public const int PerSecond = 65_536;

    /// <summary>Slots at once: a full lane, told, dropped and told again, twice over.</summary>
    public const int Burst = 6 * 65_536;

    private double _left = Burst;
    private TimeSpan _filled = now;

    /// <summary>Charges work that was done. What is too much leaves no debt: others of the same place
    /// are not to pay for it.</summary>
    /// <returns>False when it was too much.</returns>
    public bool Charge(int slots, TimeSpan now)
    {
        Fill(now);
        var isEnough = _left >= slots;
        _left = Math.Max(0, _left - slots);
        return isEnough;
    }

    /// <summary>True when as much may be spent as at first.</summary>
    public bool IsFull(TimeSpan now)
    {
        Fill(now);
        return _left >= Burst;
    }

    private void Fill(TimeSpan now)
    {
        if (now <= _filled) return;
        _left = Math.Min(Burst, _left + (now - _filled).TotalSeconds * PerSecond);
        _filled = now;
    }
}
