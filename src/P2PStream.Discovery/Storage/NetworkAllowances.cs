namespace P2PStream.Discovery;

/// <summary>
/// An allowance for each /24 or /48. One that has refilled tells nothing, and all that were not
/// touched while one refills have: two tables, of which the older is dropped each time that long
/// has passed, forget them without a walk, so that no flood keeps others out for longer.
/// </summary>
internal sealed class NetworkAllowances(double burst, int perSecond)
{
    /// <summary>New networks within the time of a refill.</summary>
    private const int MaxNetworks = 4096;

    private readonly TimeSpan _refill = TimeSpan.FromSeconds(burst / perSecond);
    private Dictionary<ulong, Allowance> _latest = [];
    private Dictionary<ulong, Allowance> _earlier = [];
    private TimeSpan _since;

    /// <summary>Takes bytes from a network's allowance; false when it is used up. A network for
    /// which there is no room has none of its own: what all share limits it.</summary>
    public bool TrySpend(ulong network, int bytes, TimeSpan now)
    {
        Forget(now);
        if (!_latest.TryGetValue(network, out var known) && !_earlier.Remove(network, out known))
        {
            if (_latest.Count >= MaxNetworks) return true;
            known = new Allowance(burst, now);
        }

        var isSpent = known.Refilled(burst, perSecond, now).TrySpend(bytes, out var rest);
        _latest[network] = rest;
        return isSpent;
    }

    private void Forget(TimeSpan now)
    {
        if (now - _since < _refill) return;
        _since = now;
        (_latest, _earlier) = (_earlier, _latest);
        _latest.Clear();
    }
}
