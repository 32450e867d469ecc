using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>How a synthetic link behaves.</summary>
public enum LinkKind
{
    /// <summary>One rate, one round trip.</summary>
    Constant,

    /// <summary>Round trips with an exponential part of up to half of them, service ±30 %.</summary>
    Jittery,

    /// <summary>An uploader that others share: pauses between bursts of a few blocks.</summary>
    Bursty,

    /// <summary>A young connection: a window of ten packets that doubles every round trip.</summary>
    SlowStart,

    /// <summary>A rate that halves or doubles every few seconds.</summary>
    Steps,
}

/// <summary>
/// A first-in, first-out link in virtual time, in seconds: when a block asked for now arrives.
/// </summary>
internal sealed class SyntheticLink
{
    private const double PacketBytes = 1_448, FirstWindow = 10 * PacketBytes;
    private const double PauseShare = 1.0 / 6, PauseBlocks = 3;

    private readonly LinkKind _kind;
    private readonly Random _random;
    private double _freeAt;
    private double _rate;
    private double _nextChange;
    private double _opened = -1;

    internal SyntheticLink(LinkKind kind, Random random)
    {
        (_kind, _random) = (kind, random);
        // 30 kB/s to 3 MB/s and 5 to 300 ms, every magnitude as likely.
        Rate = _rate = 3e4 * Math.Pow(100, random.NextDouble());
        RoundTrip = 0.005 * Math.Pow(60, random.NextDouble());
    }

    internal double Rate { get; }

    internal double RoundTrip { get; }

    internal double CurrentRate => _rate;

    /// <summary>Over a long time, pauses included.</summary>
    internal double MeanRate => _kind == LinkKind.Bursty
        ? Rate / (1 + PauseShare * PauseBlocks)
        : _rate;

    internal void ChangeRate(double rate) => _rate = rate;

    internal double Arrival(double sentAt)
    {
        double delay = RoundTrip;
        if (_kind == LinkKind.Jittery)
            delay += Math.Min(RoundTrip, -RoundTrip / 4 * Math.Log(1 - _random.NextDouble()));
        double start = Math.Max(_freeAt, sentAt + delay);
        if (_opened < 0) _opened = start;
        if (_kind == LinkKind.Steps) Step(start);
        if (_kind == LinkKind.Bursty && _random.NextDouble() < PauseShare)
            start += -Math.Log(1 - _random.NextDouble()) * PauseBlocks * Block / Rate;
        double service = Block / RateAt(start);
        if (_kind is LinkKind.Jittery) service *= 0.7 + 0.6 * _random.NextDouble();
        return _freeAt = start + service;
    }

    private void Step(double now)
    {
        if (now < _nextChange) return;
        if (_nextChange > 0) _rate = Rate * Math.Pow(2, _random.Next(-1, 2));
        _nextChange = now + 2 + _random.NextDouble() * 60 * Block / Rate;
    }

    private double RateAt(double now)
    {
        if (_kind != LinkKind.SlowStart) return _rate;
        double trips = Math.Min(30, (now - _opened) / RoundTrip);
        return Math.Min(_rate, FirstWindow * Math.Pow(2, trips) / RoundTrip);
    }
}
