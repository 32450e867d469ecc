namespace P2PStream.Scheduling;

/// <summary>
/// A token bucket, in bytes, that second copies are paid from: delivered bytes fill it by a share.
/// </summary>
internal struct HedgeBudget(SchedulerOptions options)
{
    private readonly double _share = options.HedgeShare;
    private readonly double _most = (double)options.HedgeBurst * options.BlockBytes;
    private readonly int _cost = options.BlockBytes;
    private double _tokens = (double)options.HedgeAllowance * options.BlockBytes;

    internal readonly bool CanSpend => _tokens >= _cost;

    internal void Earn(int bytes) => _tokens = Math.Min(_most, _tokens + _share * bytes);

    internal void Spend() => _tokens -= _cost;
}
