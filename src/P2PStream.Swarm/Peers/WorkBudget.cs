namespace P2PStream.Swarm;

/// <summary>What one peer's words may cost this node: so much at once, so much a second. Counted in
/// slots looked at or changed, since one range may touch one of them or all.</summary>
internal sealed class WorkBudget(TimeSpan now)
{
    /// <summary>Slots a second: four times the blocks of 1 Gbit/s, each announced alone, then as
    /// a whole segment, then dropped.</summary>
    public const int PerSecond = 65_536;

    /// <summary>Slots at once: a full lane, told, dropped and told again, twice over.</summary>
    public const int Burst = 6 * 65_536;

    private double _left = Burst;
    private TimeSpan _filled = now;

    /// <summary>Charges work that was done.</summary>
    /// <returns>False when it was too much.</returns>
    public bool Charge(int slots, TimeSpan now)
    {
        if (now > _filled)
        {
            _left = Math.Min(Burst, _left + (now - _filled).TotalSeconds * PerSecond);
            _filled = now;
        }

        _left -= slots;
        return _left >= 0;
    }
}
