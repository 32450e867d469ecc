using P2PStream.Protocol;
using P2PStream.Scheduling;
using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <summary>A node in virtual time: a real swarm over real sessions, and what a shell does for them.</summary>
internal sealed partial class SimulatedNode : IEventTarget
{
    private const int TurnDue = 1;
    private const int WakeDue = 2;
    private const int DialCame = 3;
    private const int DialDone = 4;
    private const int DialFailed = 5;
    private const int SearchDue = 6;

    private readonly World _world;
    private readonly DhtSearch? _search;
    private readonly List<LinkEnd> _links = [];
    private readonly List<LinkEnd> _touched = [];
    private TimeSpan _turnAt = TimeSpan.MaxValue;
    private TimeSpan _wakeAt = TimeSpan.MaxValue;
    private TimeSpan _wakePlanned = TimeSpan.MaxValue;
    private TimeSpan _lastTurn = TimeSpan.MinValue;
    private int _lastPeer;
    private bool _isTurning;

    public SimulatedNode(World world, int number, NodeRole role)
    {
        _world = world;
        Clock = world.AddClock(number);
        Bench = world.BenchOf(Clock);
        Number = number;
        Role = role;
        Address = Directory.AddressOf(number);
        Jitter = SeededRandom.For(world.Seed, "jitter", number);
        _searchChance = SeededRandom.For(world.Seed, "directory", number);
        Uplink = new Uplink(Clock, role.Class.UploadBitsPerSecond);
        Downlink = new Downlink(role.Class.DownloadBitsPerSecond);
        var id = new byte[Hash256.Size];
        var random = SeededRandom.For(world.Seed, "identity", number);
        for (var i = 0; i < id.Length; i++) id[i] = (byte)random.NextUInt64();
        Id = new PeerId(new Hash256(id));
        Arrived = Clock.Now;
        Swarm = MakeSwarm(random.NextUInt64());
        if (world.Datagrams is { } datagrams) _search = new DhtSearch(world, datagrams, this);
        if (role.HasPlayer) Player = new SimulatedPlayer(world, this);
    }

    public VirtualClock Clock { get; }

    /// <summary>What it works with while it is run.</summary>
    public Bench Bench { get; }

    public int Number { get; }

    /// <summary>Draws how late what it sends arrives.</summary>
    public SeededRandom Jitter { get; }

    public NodeRole Role { get; }

    public PeerId Id { get; }

    public DialAddress Address { get; }

    public TimeSpan Arrived { get; }

    public Uplink Uplink { get; }

    public Downlink Downlink { get; }

    public StreamSwarm Swarm { get; }

    public SimulatedPlayer? Player { get; }

    public NodeMeter Meter { get; } = new();

    public IReadOnlyList<LinkEnd> Links => _links;

    public bool IsBehindNat => Role.Class.IsBehindNat;

    /// <summary>Its place in the directory.</summary>
    public int Place { get; set; }

    /// <summary>Its place in the audience.</summary>
    public int Index { get; set; }

    /// <summary>False once it has left or crashed.</summary>
    public bool IsHere { get; private set; } = true;

    public bool SendsWrongBytes => Role.Class.Kind == NodeKind.Polluter;

    /// <summary>True once it says nothing more, though its links stay up.</summary>
    public bool IsSilent => Role.Class.Kind == NodeKind.Staller
        && Clock.Now - Arrived > NodeRole.StallsAfter;

    public void Happen(int what, object? data)
    {
        switch (what)
        {
            case DialCame: Answer((Dial)data!); break;
            case DialDone: Connect((Dial)data!); break;
            case DialFailed when IsHere: Dialed((Dial)data!, linked: false); break;
            case TurnDue when IsHere && _turnAt <= Clock.Now: Turn(); break;
            case WakeDue when IsHere: Wake(); break;
            case SearchDue when IsHere: Search(); break;
        }
    }

    /// <summary>Comes: publishes or watches, and looks for others.</summary>
    public void Start()
    {
        _world.Directory.Add(this);
        if (Role.IsPublisher)
            _world.Stream.PublishTo(Swarm, _world.Authority, Clock.Now);
        if (_search is not null)
        {
            _search.Start();
        }
        else
        {
            Search();
            DiscoveryDone();
        }

        Player?.Start();
        PlanTurn();
    }

    /// <summary>Goes.</summary>
    /// <param name="isCrash">Without a word: others find out by its silence.</param>
    public void Leave(bool isCrash)
    {
        if (!IsHere) return;
        Player?.End();
        _search?.End();
        foreach (var link in _links.ToArray())
        {
            if (isCrash) link.Vanish();
            else link.Close();
        }

        IsHere = false;
        _links.Clear();
        _byPeer.Clear();
        _world.Directory.Remove(this);
        Swarm.Close();
        while (Swarm.TryTake(out var effect)) Release(effect);
    }

    /// <summary>A link has something to say in the next turn.</summary>
    public void Touch(LinkEnd link)
    {
        if (!link.IsTouched)
        {
            link.IsTouched = true;
            _touched.Add(link);
        }

        PlanTurn();
    }

    /// <summary>Something has changed: a turn is due, once the one before is long enough ago.</summary>
    public void PlanTurn()
    {
        if (_isTurning || !IsHere) return;
        var due = _lastTurn == TimeSpan.MinValue ? Clock.Now : _lastTurn + _world.TurnTime;
        if (due < Clock.Now) due = Clock.Now;
        if (due >= _turnAt) return;
        _turnAt = due;
        Clock.At(due, this, TurnDue);
    }

    /// <summary>Advances the swarm and does what it asks.</summary>
    private void Turn()
    {
        _turnAt = TimeSpan.MaxValue;
        _lastTurn = Clock.Now;
        _isTurning = true;
        Swarm.Advance(Clock.Now);
        while (Swarm.TryTake(out var effect)) Perform(effect);
        if (Player?.TakeRequests() == true)
        {
            Swarm.Advance(Clock.Now);
            while (Swarm.TryTake(out var effect)) Perform(effect);
        }

        for (var i = 0; i < _touched.Count; i++)
        {
            _touched[i].IsTouched = false;
            _touched[i].Pump();
        }

        _touched.Clear();
        _isTurning = false;
        if (_isTurnWanted)
        {
            _isTurnWanted = false;
            PlanTurn();
        }

        PlanWake();
    }

    private void Wake()
    {
        if (_wakePlanned != Clock.Now) return;
        _wakePlanned = TimeSpan.MaxValue;
        if (_wakeAt <= Clock.Now) Turn();
        else PlanWake(_wakeAt);
    }

    private void PlanWake()
    {
        if (Swarm.NextWakeUp is { } wake) PlanWake(wake);
    }

    /// <summary>One event is planned at a time: when it comes too early it plans the next.</summary>
    private void PlanWake(TimeSpan wake)
    {
        _wakeAt = wake;
        if (_wakePlanned <= wake) return;
        _wakePlanned = wake;
        Clock.At(wake, this, WakeDue);
    }

    private StreamSwarm MakeSwarm(ulong seed)
    {
        var scenario = _world.Scenario;
        var blocks = (int)(Role.Class.MemoryBytes / ContentLimits.BlockBytes);
        var picker = PickerCatalog.Create(scenario.Picker, new SchedulerOptions { Seed = seed });
        return new StreamSwarm(
            new SwarmOptions
            {
                Stream = _world.Authority.Catalog.Stream,
                RootKey = _world.Stream.Root.PublicKey,
                Name = VirtualStream.Name,
                Self = Id,
                IsViewer = !Role.IsPublisher,
                ServesOwnMedia = Role.IsPublisher,
                UseOrigin = Role.HasPlayer && _world.Origin is not null,
                PrefetchAhead = TimeSpan.FromSeconds(scenario.Player.PrefetchSeconds),
                PrefetchBytes = Role.Class.MemoryBytes / 3,
                TargetLinks = Role.IsPublisher ? 1 : scenario.Network.Degree,
                MaxLinks = Role.IsPublisher ? 400 : scenario.Network.MostLinks,
                UnixSecondsAtZero = VirtualStream.UnixSecondsAtZero,
            },
            picker, BlockPool.WithoutMemory(blocks), new ServeEveryone());
    }
}
