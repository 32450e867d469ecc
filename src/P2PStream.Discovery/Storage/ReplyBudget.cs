namespace P2PStream.Discovery;

/// <summary>
/// Limits the bytes sent to networks that have proven nothing, so that forged queries cannot turn
/// this node into an amplifier: a bucket for each /24 or /64, and a bounded number of buckets.
/// Beyond that number, strangers share one.
/// </summary>
internal sealed class ReplyBudget(KademliaOptions options)
{
    private const int MaxNetworks = 4096;

    private readonly Dictionary<ulong, Allowance> _allowances = [];
    private Allowance _shared = new(options.UnprovenBurstBytes, TimeSpan.Zero);

    /// <summary>Takes bytes from the network's allowance; false when it is used up.</summary>
    public bool TrySpend(DhtEndPoint to, int bytes, TimeSpan now)
    {
        // Nobody outside can forge a loopback source.
        if (to.IsLoopback) return true;
        var known = _allowances.TryGetValue(to.Network, out var allowance);
        if (!known && _allowances.Count >= MaxNetworks)
            return TrySpend(ref _shared, bytes, now);
        if (!known) allowance = new Allowance(options.UnprovenBurstBytes, now);
        var spent = TrySpend(ref allowance, bytes, now);
        _allowances[to.Network] = allowance;
        return spent;
    }

    /// <summary>Forgets networks whose allowance is whole again when the table is filling up.
    /// </summary>
    public void Sweep(TimeSpan now)
    {
        if (_allowances.Count < MaxNetworks / 2) return;
        // Removal by a condition on each alone: the order of the walk decides nothing.
        foreach (var network in _allowances.Keys.ToArray())
        {
            if (Refill(_allowances[network], now).Bytes >= options.UnprovenBurstBytes)
                _allowances.Remove(network);
        }
    }

    private bool TrySpend(ref Allowance allowance, int bytes, TimeSpan now)
    {
        allowance = Refill(allowance, now);
        if (allowance.Bytes < bytes) return false;
        allowance = allowance with { Bytes = allowance.Bytes - bytes };
        return true;
    }

    private Allowance Refill(Allowance allowance, TimeSpan now)
    {
        var earned = (now - allowance.At).TotalSeconds * options.UnprovenBytesPerSecond;
        return new Allowance(Math.Min(options.UnprovenBurstBytes, allowance.Bytes + earned), now);
    }

    private readonly record struct Allowance(double Bytes, TimeSpan At);
}
