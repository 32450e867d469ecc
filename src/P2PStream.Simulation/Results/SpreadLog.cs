using P2PStream.Protocol;

namespace P2PStream.Simulation;

/// <summary>How a live stream's segments spread: when, after one was made, how many of the viewers that were
/// there had it whole.</summary>
internal sealed class SpreadLog(int threads)
{
    private readonly List<Spread> _segments = [];
    private readonly Dictionary<SegmentId, Spread> _byId = [];

    public void Made(SegmentId segment, int viewers, TimeSpan now)
    {
        var spread = new Spread(now, viewers, new List<double>[threads]);
        for (var i = 0; i < threads; i++) spread.Delays[i] = [];
        _segments.Add(spread);
        _byId.Add(segment, spread);
    }

    /// <summary>A viewer has it whole.</summary>
    /// <param name="segment">Which.</param>
    /// <param name="arrived">When the viewer came: who came later waits for nothing.</param>
    /// <param name="clock">The viewer's.</param>
    public void Completed(SegmentId segment, TimeSpan arrived, VirtualClock clock)
    {
        if (_byId.TryGetValue(segment, out var spread) && arrived <= spread.At)
            spread.Delays[clock.Shard.Index].Add((clock.Now - spread.At).TotalSeconds);
    }

    /// <summary>For each segment, the seconds until a share of the viewers had it; segments that fewer ever had,
    /// or that nobody waited for, are left out.</summary>
    public Percentiles Until(double share)
    {
        var times = new List<double>();
        foreach (var spread in _segments)
        {
            var enough = (int)Math.Ceiling(share * spread.Viewers);
            List<double> delays = [.. spread.Delays.SelectMany(of => of)];
            delays.Sort();
            if (enough > 0 && delays.Count >= enough) times.Add(delays[enough - 1]);
        }

        return Percentiles.Of(times);
    }

    /// <param name="At">When it was made.</param>
    /// <param name="Viewers">How many waited for it.</param>
    /// <param name="Delays">Of each thread's nodes.</param>
    private sealed record Spread(TimeSpan At, int Viewers, List<double>[] Delays);
}
