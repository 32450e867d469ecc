using P2PStream.Protocol;

namespace P2PStream.Simulation;

/// <summary>What all nodes of one run share: it changes between steps, or never. Nothing outlives the run.</summary>
internal sealed class World : IDisposable
{
    private const int OriginNumber = -1;

    /// <summary>The longest step: who comes and goes does so at the end of one.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(10);

    private readonly Timeline _timeline;
    private readonly Bench[] _benches;

    public World(Scenario scenario, ulong seed, int threads)
    {
        Scenario = scenario;
        Seed = seed;
        Stream = new VirtualStream(scenario.Media, scenario.Origin is not null);
        Authority = Stream.Authority();
        Network = new NetworkModel(scenario, seed);
        _timeline = new Timeline(StepOf(scenario), threads);
        _benches = new Bench[threads];
        for (var i = 0; i < threads; i++) _benches[i] = new Bench();
        Spread = new SpreadLog(threads);
        Read = new ReadLog(Stream);
        if (scenario.Discovery.Kind == DiscoveryKind.Dht)
        {
            Datagrams = new DatagramNetwork(this);
            Datagrams.AddBystanders(scenario.Discovery.Bystanders);
        }

        if (scenario.Origin is { } origin)
            Origin = new OriginServer(_timeline.Add(OriginNumber), origin, Network);
    }

    public Scenario Scenario { get; }

    public ulong Seed { get; }

    /// <summary>Of what happens between steps.</summary>
    public VirtualClock Clock => _timeline.Clock;

    /// <summary>Of all events so far.</summary>
    public EventHash Hash => _timeline.Hash;

    public VirtualStream Stream { get; }

    public VerifiedAuthority Authority { get; }

    public NetworkModel Network { get; }

    public Directory Directory { get; } = new();

    /// <summary>The DHT's; null where a directory stands for discovery.</summary>
    public DatagramNetwork? Datagrams { get; }

    public OriginServer? Origin { get; }

    public SpreadLog Spread { get; }

    /// <summary>Segments that a player was given.</summary>
    public ReadLog Read { get; }

    /// <summary>One for each thread.</summary>
    public IReadOnlyList<Bench> Benches => _benches;

    public TimeSpan TurnTime => TimeSpan.FromMilliseconds(Scenario.Network.TurnMilliseconds);

    /// <summary>A new node's time.</summary>
    public VirtualClock AddClock(int number) => _timeline.Add(number);

    /// <summary>What a node works with while it is run.</summary>
    public Bench BenchOf(VirtualClock clock) => _benches[clock.Shard.Index];

    public void RunUntil(TimeSpan end) => _timeline.RunUntil(end);

    public void Dispose()
    {
        _timeline.Dispose();
        Stream.Dispose();
    }

    /// <summary>Nothing gets from one node to another within a step, nor from an origin.</summary>
    private static TimeSpan StepOf(Scenario scenario)
    {
        var step = NetworkModel.LeastDelay(scenario.Network);
        if (scenario.Origin is { } origin && OriginServer.HalfLatency(origin) < step)
            step = OriginServer.HalfLatency(origin);
        return step < LongestStep ? step : LongestStep;
    }
}
