using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>
/// One source behind a synthetic link, asked for as many blocks as its window allows, and what was
/// predicted of each block when it was asked for.
/// </summary>
internal sealed class LinkTrial
{
    private readonly Queue<(double At, long SentAt, double Eta, double Deviation)> _inFlight = new();
    private readonly Random _random;
    private readonly double _idleShare;
    private long _now;

    /// <param name="kind">How the link behaves.</param>
    /// <param name="seed">Of its rate, its round trip, and all that is random about it.</param>
    /// <param name="blocks">How many are received.</param>
    /// <param name="isStated">The host knows rate and round trip.</param>
    /// <param name="idleShare">How often nothing is asked for when a block has come.</param>
    internal LinkTrial(
        LinkKind kind, int seed, int blocks, bool isStated = false, double idleShare = 0)
    {
        (_random, _idleShare) = (new Random(seed), idleShare);
        Link = new SyntheticLink(kind, _random);
        SourceProfile profile = isStated
            ? Peer(Link.Rate, Link.RoundTrip * 1000, window: 256)
            : Peer(window: 256);
        Source = new Source(0, 1, profile, new SchedulerOptions(), 0);
        Receive(blocks);
    }

    internal SyntheticLink Link { get; }

    internal Source Source { get; }

    internal List<Prediction> Predictions { get; } = [];

    /// <summary>Goes on until so many blocks have come in all.</summary>
    internal void Receive(int blocks)
    {
        while (Predictions.Count < blocks)
        {
            if (_random.NextDouble() >= _idleShare) Ask();
            if (_inFlight.Count == 0) _now += (long)(_random.NextDouble() * TimeSpan.TicksPerSecond);
            else ReceiveOne();
        }
    }

    private void Ask()
    {
        Source.Refresh(_now, isAlone: true);
        while (Source.HasRoom)
        {
            double at = Link.Arrival((double)_now / TimeSpan.TicksPerSecond);
            _inFlight.Enqueue(
                (at * TimeSpan.TicksPerSecond, _now, Source.Eta, Source.Deviation));
            Source.Asked(_now);
            Source.Refresh(_now, isAlone: true);
        }
    }

    private void ReceiveOne()
    {
        var block = _inFlight.Dequeue();
        _now = Math.Max(_now, (long)block.At);
        Source.Ended(_inFlight.FirstOrDefault().SentAt, _inFlight.LastOrDefault().SentAt);
        Source.Delivered(Block, block.SentAt, block.Eta, isPressing: false, _now);
        Source.Refresh(_now, isAlone: true);
        Predictions.Add(new Prediction(block.Eta, block.Deviation, _now - block.SentAt));
    }

    /// <summary>What was believed when a block was asked for, and what happened; ticks.</summary>
    internal readonly record struct Prediction(double Eta, double Deviation, double Took)
    {
        /// <summary>Did it come by the time that so many deviations allow?</summary>
        internal bool IsWithin(double deviations) => Took <= Eta + deviations * Deviation;
    }
}
