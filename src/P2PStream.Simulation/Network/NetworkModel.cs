namespace P2PStream.Simulation;

/// <summary>How long paths are, and what is wrong with them when. Draws nothing that depends on the order of
/// events but jitter.</summary>
internal sealed class NetworkModel
{
    private readonly NetworkScenario _network;
    private readonly Disturbance[] _disturbances;
    private readonly ulong _seed;
    private readonly SeededRandom _jitter;
    private readonly VirtualClock _clock;

    public NetworkModel(Scenario scenario, ulong seed, VirtualClock clock)
    {
        _network = scenario.Network;
        _disturbances = [.. scenario.Disturbances];
        _seed = seed;
        _jitter = SeededRandom.For(seed, "jitter", 0);
        _clock = clock;
    }

    /// <summary>True while the origin answers nothing but errors.</summary>
    public bool IsOriginDown
    {
        get
        {
            foreach (var each in _disturbances)
                if (each.Kind == DisturbanceKind.OriginDown && IsOn(each, _clock.Now)) return true;
            return false;
        }
    }

    /// <summary>When something arrives on a connection that leaves then: TCP holds up what a path does not let
    /// through.</summary>
    public TimeSpan Arrival(SimulatedNode from, SimulatedNode to, TimeSpan leaves)
    {
        var arrival = Arrival(from.Number, to.Number, leaves);
        foreach (var each in _disturbances)
            if (Cuts(each, from.Number, to.Number, leaves)) arrival += End(each) - leaves;
        return arrival;
    }

    /// <summary>When a datagram arrives that leaves now; null when a path does not let it through.</summary>
    public TimeSpan? DatagramArrival(int from, int to) =>
        IsCut(from, to) ? null : Arrival(from, to, _clock.Now);

    /// <summary>True when a dial gets through now.</summary>
    public bool CanDial(SimulatedNode from, SimulatedNode to) =>
        !to.IsBehindNat && !IsCut(from.Number, to.Number);

    public TimeSpan RoundTrip(SimulatedNode a, SimulatedNode b) =>
        Delay(a.Number, b.Number) + Delay(b.Number, a.Number);

    private TimeSpan Arrival(int from, int to, TimeSpan leaves)
    {
        var arrival = leaves + Delay(from, to)
            + TimeSpan.FromMilliseconds(_jitter.NextDouble() * _network.JitterMilliseconds);
        foreach (var each in _disturbances)
            if (each.Kind == DisturbanceKind.Slow && IsOn(each, leaves) && Hits(each, from, to))
                arrival += TimeSpan.FromMilliseconds(each.AddedMilliseconds);
        return arrival;
    }

    private bool IsCut(int from, int to)
    {
        foreach (var each in _disturbances)
            if (Cuts(each, from, to, _clock.Now)) return true;
        return false;
    }

    private bool Cuts(Disturbance each, int from, int to, TimeSpan at) =>
        each.Kind is DisturbanceKind.Clog or DisturbanceKind.Partition
        && IsOn(each, at) && Hits(each, from, to);

    /// <summary>One way. Both ways share a mean; asymmetry takes from one what it gives the other.</summary>
    private TimeSpan Delay(int from, int to)
    {
        var isUp = from < to;
        var pair = Fraction(isUp ? from : to, isUp ? to : from, 1);
        var mean = _network.MinimumDelayMilliseconds
            + pair * (_network.MaximumDelayMilliseconds - _network.MinimumDelayMilliseconds);
        var skew = _network.Asymmetry * (Fraction(isUp ? from : to, isUp ? to : from, 2) * 2 - 1);
        return TimeSpan.FromMilliseconds(mean * (isUp ? 1 + skew : 1 - skew));
    }

    private bool Hits(Disturbance each, int from, int to) =>
        each.Kind == DisturbanceKind.Partition
            ? IsApart(each, from) != IsApart(each, to)
            : Fraction(from, to, Salt(each)) < each.Share;

    private bool IsApart(Disturbance each, int node) =>
        Fraction(node, node, Salt(each)) < each.Share;

    private double Fraction(int a, int b, ulong salt)
    {
        var hash = SeededRandom.Mix(_seed ^ SeededRandom.Mix((ulong)a << 32 | (uint)b));
        return (SeededRandom.Mix(hash ^ salt) >> 11) * (1.0 / (1UL << 53));
    }

    private ulong Salt(Disturbance each) => 16 + (ulong)Array.IndexOf(_disturbances, each);

    private static TimeSpan End(Disturbance each) =>
        TimeSpan.FromSeconds(each.AtSeconds + each.ForSeconds);

    private static bool IsOn(Disturbance each, TimeSpan at) =>
        at.TotalSeconds >= each.AtSeconds && at < End(each);
}
