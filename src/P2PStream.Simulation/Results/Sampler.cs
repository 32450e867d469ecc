namespace P2PStream.Simulation;

/// <summary>Looks at the swarm now and then, for plots and for the bound's mean.</summary>
internal sealed class Sampler : IEventTarget
{
    /// <summary>Points of a whole run, about.</summary>
    private const int Points = 240;

    private readonly World _world;
    private readonly Population _population;
    private readonly TimeSpan _every;
    private long _delivered;
    private long _fromViewers;
    private double _boundSum;
    private double _weight;

    public Sampler(World world, Population population)
    {
        _world = world;
        _population = population;
        _every = TimeSpan.FromSeconds(Math.Max(0.5, world.Scenario.Seconds / Points));
        world.Clock.After(_every, this, 0);
    }

    public List<SeriesPoint> Series { get; } = [];

    /// <summary>Bits per second, by viewers and time.</summary>
    public double MeanBound => _weight > 0 ? _boundSum / _weight : 0;

    public void Happen(int what, object? data)
    {
        Series.Add(Look());
        _world.Clock.After(_every, this, 0);
    }

    private SeriesPoint Look()
    {
        var buffers = new List<double>();
        long delivered = 0, fromViewers = 0;
        var stalled = 0;
        foreach (var gone in _population.Left)
        {
            delivered += gone.BytesFromViewers + gone.BytesFromPublisher + gone.BytesFromOrigin;
            fromViewers += gone.BytesFromViewers;
        }

        foreach (var node in _population.Audience)
        {
            if (node.Player is not { } player) continue;
            delivered += node.Swarm.Counters.BytesDelivered;
            fromViewers += node.Swarm.Counters.BytesFromViewers;
            if (player.IsDone) continue;
            buffers.Add(player.Buffered.TotalSeconds);
            if (player.Log.StartUp is not null && !player.IsPlaying) stalled++;
        }

        var bound = FluidBound.Of(_population, _world);
        var viewers = buffers.Count;
        var (bytes, peers) = (delivered - _delivered, fromViewers - _fromViewers);
        (_delivered, _fromViewers) = (delivered, fromViewers);
        _boundSum += viewers * Math.Min(bound, _world.Scenario.Media.HighestBitsPerSecond);
        _weight += viewers;
        buffers.Sort();
        return new SeriesPoint(
            _world.Clock.Now.TotalSeconds, viewers,
            viewers > 0 ? buffers.Average() : 0,
            viewers > 0 ? Percentiles.At(buffers, 0.1) : 0,
            stalled,
            bytes > 0 ? (double)peers / bytes : 0,
            viewers > 0 ? bytes * 8 / _every.TotalSeconds / viewers : 0,
            bound);
    }
}
