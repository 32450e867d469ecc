using P2PStream.Protocol;

namespace P2PStream.Simulation;

/// <summary>What all nodes of one run share. One thread; nothing outlives the run.</summary>
internal sealed class World : IDisposable
{
    /// <summary>Where a control frame is joined; a flight is in one piece, so that nothing ever is.</summary>
    public byte[] Scratch = [];

    public World(Scenario scenario, ulong seed)
    {
        Scenario = scenario;
        Seed = seed;
        Stream = new VirtualStream(scenario.Media, scenario.Origin is not null);
        Authority = Stream.Authority();
        Network = new NetworkModel(scenario, seed, Clock);
        Directory = new Directory(seed);
        if (scenario.Discovery.Kind == DiscoveryKind.Dht)
        {
            Datagrams = new DatagramNetwork(this);
            Datagrams.AddBystanders(scenario.Discovery.Bystanders);
        }

        if (scenario.Origin is { } origin) Origin = new OriginServer(this, origin);
    }

    public Scenario Scenario { get; }

    public ulong Seed { get; }

    public VirtualClock Clock { get; } = new();

    public VirtualStream Stream { get; }

    public VerifiedAuthority Authority { get; }

    public NetworkModel Network { get; }

    public Directory Directory { get; }

    /// <summary>The DHT's; null where a directory stands for discovery.</summary>
    public DatagramNetwork? Datagrams { get; }

    public OriginServer? Origin { get; }

    public SpreadLog Spread { get; } = new();

    public FlightPool Flights { get; } = new();

    /// <summary>Every session writes into it, and it is empty again before the next one does.</summary>
    public TransmitBatch Batch { get; } = new();

    /// <summary>Where polluters' blocks come from.</summary>
    public BlockPool Lies { get; } = BlockPool.WithoutMemory(1 << 24);

    /// <summary>Segments that a player was given; for look-ups only.</summary>
    public Dictionary<SegmentId, bool> Read { get; } = [];

    public TimeSpan TurnTime => TimeSpan.FromMilliseconds(Scenario.Network.TurnMilliseconds);

    public void Dispose() => Stream.Dispose();
}
