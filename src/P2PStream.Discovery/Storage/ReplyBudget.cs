namespace P2PStream.Discovery;

/// <summary>
/// Limits the bytes that queries draw, so that forged ones cannot turn this node into an amplifier.
/// Each /24 or /48 has an allowance, a small one until a node there has answered us, and a larger
/// one then: who has proven its address can still be impersonated. All that have proven nothing
/// have one together besides.
/// </summary>
internal sealed class ReplyBudget(KademliaOptions options)
{
    /// <summary>What the larger allowances hold at most, in seconds of their rate.</summary>
    private const double BurstSeconds = 8;

    private readonly NetworkAllowances _proven =
        new(options.ProvenBytesPerSecond * BurstSeconds, options.ProvenBytesPerSecond);

    private readonly NetworkAllowances _unproven =
        new(options.UnprovenBurstBytes, options.UnprovenBytesPerSecond);

    private Allowance _allUnproven = new(TotalBurst(options), TimeSpan.Zero);

    /// <summary>Takes what is to be sent from the allowances; false when one is used up.</summary>
    public bool TrySpend(DhtEndPoint to, int bytes, bool isProven, TimeSpan now)
    {
        // Nobody outside can forge a loopback source.
        if (to.IsLoopback) return true;
        if (isProven) return _proven.TrySpend(to.Network, bytes, now);
        _allUnproven = _allUnproven.Refilled(
            TotalBurst(options), options.UnprovenTotalBytesPerSecond, now);
        // A network that has used up its own takes nothing from the others.
        if (!_allUnproven.TrySpend(bytes, out var rest)) return false;
        if (!_unproven.TrySpend(to.Network, bytes, now)) return false;
        _allUnproven = rest;
        return true;
    }

    private static double TotalBurst(KademliaOptions options) =>
        options.UnprovenTotalBytesPerSecond * BurstSeconds;
}
