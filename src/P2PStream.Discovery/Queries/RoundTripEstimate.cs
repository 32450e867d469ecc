namespace P2PStream.Discovery;

/// <summary>
/// How long an answer takes in this network: mean and deviation, smoothed as TCP does (RFC 6298),
/// but over all nodes together. Late answers count too, so the waits grow when they were too
/// short. Most nodes of a look-up are met for the first time, so no node has an estimate of its own.
/// </summary>
internal sealed class RoundTripEstimate(KademliaOptions options)
{
    /// <summary>Shorter waits than this are not worth their false alarms.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);

    private const int Deviations = 4;

    private double _mean;
    private double _deviation;
    private bool _isMeasured;

    /// <summary>After this a query is slow.</summary>
    public TimeSpan Soft { get; private set; } = options.SoftTimeout;

    /// <summary>After this nobody waits for it.</summary>
    public TimeSpan Patience { get; private set; } = options.LookupPatience;

    public void Measured(TimeSpan roundTrip)
    {
        var sample = roundTrip.TotalSeconds;
        if (!_isMeasured) (_mean, _deviation) = (sample, sample / 2);
        _deviation += (Math.Abs(sample - _mean) - _deviation) / 4;
        _mean += (sample - _mean) / 8;
        _isMeasured = true;
        var wait = TimeSpan.FromSeconds(_mean + Deviations * _deviation);
        if (wait < Least) wait = Least;
        Soft = Min(wait, options.SoftTimeout);
        Patience = Min(wait * 1.5, options.LookupPatience);
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
