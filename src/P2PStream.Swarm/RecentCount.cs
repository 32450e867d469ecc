namespace P2PStream.Swarm;

/// <summary>How often something happened lately: in this period and in the one before.</summary>
internal sealed class RecentCount(TimeSpan period)
{
    private TimeSpan _since;
    private int _before;
    private int _current;

    public void Add(TimeSpan now)
    {
        Roll(now);
        _current++;
    }

    public int At(TimeSpan now)
    {
        Roll(now);
        return _before + _current;
    }

    private void Roll(TimeSpan now)
    {
        if (now - _since < period) return;
        _before = now - _since < 2 * period ? _current : 0;
        _current = 0;
        _since = now;
    }
}
