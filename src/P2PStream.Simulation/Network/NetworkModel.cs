namespace P2PStream.Simulation;

/// <summary>How long paths are, and what is wrong with them when. Changes never: jitter is drawn by who sends.
/// </summary>
internal sealed class NetworkModel
{
    /// <summary>No path is shorter: about as long as one through a switch.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(0.1);

    private readonly NetworkScenario _network;
    private readonly Disturbance[] _disturbances;
    private readonly ulong _seed;

    public NetworkModel(Scenario scenario, ulong seed)
    {
        _network = scenario.Network;
        _disturbances = [.. scenario.Disturbances];
        _seed = seed;
    }

    /// <summary>What no path's delay is below, whatever is drawn.</summary>
    public static TimeSpan LeastDelay(NetworkScenario network)
    {
        // Less one tick, for rounding.
        var least = TimeSpan.FromMilliseconds(network.MinimumDelayMilliseconds * (1 - network.Asymmetry))
            - TimeSpan.FromTicks(1);
        return least > Shortest ? least : Shortest;
    }

    /// <summary>True while the origin answers nothing but errors.</summary>
    public bool IsOriginDown(TimeSpan now)
    {
        foreach (var each in _disturbances)
            if (each.Kind == DisturbanceKind.OriginDown && IsOn(each, now)) return true;
        return false;
    }

    /// <summary>When something arrives on a connection that leaves then: TCP holds up what a path does not let
    /// through.</summary>
    public TimeSpan Arrival(SimulatedNode from, SimulatedNode to, TimeSpan leaves)
    {
        var arrival = Arrival(from.Number, to.Number, leaves, from.Jitter);
        foreach (var each in _disturbances)
            if (Cuts(each, from.Number, to.Number, leaves)) arrival += End(each) - leaves;
        return arrival;
    }

    /// <summary>When a datagram arrives; null when the path does not let it through.</summary>
    public TimeSpan? DatagramArrival(int from, int to, TimeSpan leaves, SeededRandom jitter) =>
        IsCut(from, to, leaves) ? null : Arrival(from, to, leaves, jitter);

    /// <summary>True when a dial gets through.</summary>
    public bool CanDial(SimulatedNode from, SimulatedNode to, TimeSpan at) =>
        !to.IsBehindNat && !IsCut(from.Number, to.Number, at);

    public TimeSpan RoundTrip(SimulatedNode a, SimulatedNode b) =>
        Delay(a, b) + Delay(b, a);

    /// <summary>One way, without jitter and disturbances.</summary>
    public TimeSpan Delay(SimulatedNode from, SimulatedNode to) => Delay(from.Number, to.Number);

    private TimeSpan Arrival(int from, int to, TimeSpan leaves, SeededRandom jitter)
    {
        var arrival = leaves + Delay(from, to)
            + TimeSpan.FromMilliseconds(jitter.NextDouble() * _network.JitterMilliseconds);
        foreach (var each in _disturbances)
            if (each.Kind == DisturbanceKind.Slow && IsOn(each, leaves) && Hits(each, from, to))
                arrival += TimeSpan.FromMilliseconds(each.AddedMilliseconds);
        return arrival;
    }

    private bool IsCut(int from, int to, TimeSpan at)
    {
        foreach (var each in _disturbances)
            if (Cuts(each, from, to, at)) return true;
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
        var delay = TimeSpan.FromMilliseconds(mean * (isUp ? 1 + skew : 1 - skew));
        return delay > Shortest ? delay : Shortest;
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
