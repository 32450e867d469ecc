namespace P2PStream.Simulation;

/// <summary>Brings the nodes and takes them away again, as the scenario and the seed have it.</summary>
internal sealed class Population : IEventTarget
{
    private const int ViewerComes = 1;
    private const int ViewerGoes = 2;
    private const int PublishersLeave = 3;
    private const int SegmentIsMade = 4;

    private readonly World _world;
    private readonly NodeClass[] _classes;
    private readonly SeededRandom _random;
    private readonly List<SimulatedNode> _publishers = [];
    private readonly List<SimulatedNode> _audience = [];
    private int _numbers;
    private int _made;
    private int _awaited;

    public Population(World world)
    {
        _world = world;
        _random = SeededRandom.For(world.Seed, "population", 0);
        _classes = Shuffle(world.Scenario.Audience);
        for (var i = 0; i < world.Scenario.Publisher.Nodes; i++)
        {
            _publishers.Add(new SimulatedNode(
                world, _numbers++, NodeRole.Publisher(world.Scenario.Publisher)));
            _publishers[i].Start();
        }

        if (world.Scenario.Publisher.LeavesAtSeconds is { } leaves)
            world.Clock.At(TimeSpan.FromSeconds(leaves), this, PublishersLeave);
        if (world.Scenario.Media.IsLive)
            world.Clock.At(world.Stream.SegmentTime, this, SegmentIsMade);
        PlanArrivals();
    }

    public IReadOnlyList<SimulatedNode> Publishers => _publishers;

    /// <summary>All who have come and are still there.</summary>
    public IReadOnlyList<SimulatedNode> Audience => _audience;

    /// <summary>Viewers that came, in order; those that left are told by their report.</summary>
    public List<ViewerReport> Left { get; } = [];

    /// <summary>Time that nodes of the audience were there, all together.</summary>
    public TimeSpan NodeTime { get; private set; }

    /// <summary>True when nobody is to come and whoever is there has played everything.</summary>
    public bool IsDone
    {
        get
        {
            if (_awaited > 0) return false;
            foreach (var node in _audience)
                if (node.Player is { IsDone: false }) return false;
            return true;
        }
    }

    public void Happen(int what, object? data)
    {
        switch (what)
        {
            case ViewerComes: Come((NodeClass)data!); break;
            case ViewerGoes: Go((SimulatedNode)data!); break;
            case PublishersLeave:
                foreach (var publisher in _publishers) publisher.Leave(isCrash: false);
                break;
            case SegmentIsMade: MakeSegment(); break;
        }
    }

    /// <summary>Ends all viewings, and tells of them.</summary>
    public List<ViewerReport> Close()
    {
        foreach (var node in _audience)
        {
            node.Player?.End();
            NodeTime += _world.Clock.Now - node.Arrived;
            if (node.Player is not null) Left.Add(ViewerReport.Of(node));
        }

        return Left;
    }

    private void PlanArrivals()
    {
        var audience = _world.Scenario.Audience;
        var at = 0.0;
        for (var i = 0; i < _classes.Length; i++)
        {
            at = audience.Arrival switch
            {
                ArrivalKind.Even => audience.ArrivalSeconds * i / _classes.Length,
                ArrivalKind.Poisson =>
                    at + _random.NextExponential(audience.ArrivalSeconds / _classes.Length),
                _ => Math.Min(audience.ArrivalSeconds,
                    _random.NextExponential(audience.ArrivalSeconds / 3)),
            };
            _awaited++;
            _world.Clock.At(TimeSpan.FromSeconds(at), this, ViewerComes, _classes[i]);
        }
    }

    private void Come(NodeClass nodeClass)
    {
        _awaited--;
        var node = new SimulatedNode(_world, _numbers++, new NodeRole(nodeClass, false))
        {
            Index = _audience.Count,
        };
        _audience.Add(node);
        node.Start();
        if (_world.Scenario.Audience.MeanStaySeconds is { } stay)
            _world.Clock.After(
                TimeSpan.FromSeconds(_random.NextExponential(stay)), this, ViewerGoes, node);
    }

    /// <summary>One goes, another of its class comes.</summary>
    private void Go(SimulatedNode node)
    {
        NodeTime += _world.Clock.Now - node.Arrived;
        var wasDone = node.Player?.IsDone == true;
        node.Leave(_random.NextDouble() < _world.Scenario.Audience.CrashShare);
        _audience[^1].Index = node.Index;
        _audience[node.Index] = _audience[^1];
        _audience.RemoveAt(_audience.Count - 1);
        if (node.Player is not null) Left.Add(ViewerReport.Of(node));
        if (!wasDone) Come(node);
    }

    private void Come(SimulatedNode after)
    {
        _awaited++;
        Come(after.Role.Class);
    }

    private void MakeSegment()
    {
        var viewers = _audience.Count(node => node.Role.Class.Kind == NodeKind.Viewer);
        for (var i = 0; i < _world.Stream.TrackCount; i++)
            _world.Spread.Made(_world.Stream.Records(i)[_made].Id, viewers, _world.Clock.Now);
        foreach (var publisher in _publishers)
        {
            if (!publisher.IsHere) continue;
            _world.Stream.PublishLive(publisher.Swarm, _made, _world.Clock.Now);
            publisher.PlanTurn();
        }

        if (++_made < _world.Scenario.Media.Segments)
            _world.Clock.After(_world.Stream.SegmentTime, this, SegmentIsMade);
    }

    /// <summary>As many of each class as its share says, in an order that the seed gives.</summary>
    private NodeClass[] Shuffle(AudienceScenario audience)
    {
        var all = new NodeClass[audience.Nodes];
        var (end, share) = (0, 0.0);
        for (var i = 0; i < audience.Classes.Count; i++)
        {
            share += audience.Classes[i].Share;
            var isLast = i == audience.Classes.Count - 1;
            var next = isLast ? all.Length : (int)Math.Round(share * all.Length);
            Array.Fill(all, audience.Classes[i], end, next - end);
            end = next;
        }

        for (var i = all.Length - 1; i > 0; i--)
        {
            var j = _random.Next(i + 1);
            (all[i], all[j]) = (all[j], all[i]);
        }

        return all;
    }
}
