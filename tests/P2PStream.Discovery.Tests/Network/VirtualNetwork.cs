namespace P2PStream.Discovery.Tests;

/// <summary>Kademlia nodes in virtual time: every datagram takes its way, gets lost or meets a dead
/// host as a seed decides. The same seed brings the same run.</summary>
internal sealed class VirtualNetwork(ulong seed)
{
    private readonly SeededRandom _random = new(seed);
    private readonly List<VirtualHost> _hosts = [];
    private readonly Dictionary<DhtEndPoint, VirtualHost> _byEndPoint = [];
    private readonly PriorityQueue<Flight, (TimeSpan, long)> _flights = new();
    private readonly byte[] _buffer = new byte[KademliaNode.MaxDatagramBytes];
    private long _sent;

    public TimeSpan Now { get; private set; }

    public IReadOnlyList<VirtualHost> Hosts => _hosts;

    /// <summary>Datagrams lost on the way, per cent.</summary>
    public int LossPercent { get; init; }

    /// <summary>One-way delays, milliseconds.</summary>
    public (int Least, int Most) Delay { get; init; } = (5, 60);

    public long DatagramsSent => _sent;

    public VirtualHost Add(DhtEndPoint endPoint, KademliaOptions? options = null)
    {
        var node = new KademliaNode(
            options ?? new KademliaOptions(), _random.NextNodeId(), _random.NextUInt32());
        var host = new VirtualHost(node, endPoint);
        _hosts.Add(host);
        _byEndPoint.Add(endPoint, host);
        return host;
    }

    /// <summary>Lets a datagram of a stranger arrive at a host now.</summary>
    public void Inject(ReadOnlySpan<byte> datagram, DhtEndPoint from, VirtualHost to)
    {
        to.Node.Receive(datagram, from, Now);
        Collect(to);
    }

    /// <summary>Starts something on a host and sends what comes of it.</summary>
    public DhtOperation Do(VirtualHost host, Func<KademliaNode, TimeSpan, DhtOperation> start)
    {
        var operation = start(host.Node, Now);
        Collect(host);
        return operation;
    }

    public void RunFor(TimeSpan span) => RunUntil(() => false, span);

    /// <summary>Runs until a condition holds; false when it does not in time.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        var end = Now + limit;
        while (!condition())
        {
            if (!Step(end)) return condition();
        }

        return true;
    }

    private bool Step(TimeSpan end)
    {
        var (host, wake) = NextWake();
        var isFlight = _flights.TryPeek(out var flight, out var place) && place.Item1 <= wake;
        var next = isFlight ? place.Item1 : wake;
        if (next > end)
        {
            Now = end;
            return false;
        }

        if (next > Now) Now = next;
        if (!isFlight)
        {
            host!.Node.Tick(Now);
            Collect(host);
            return true;
        }

        _flights.Dequeue();
        if (!_byEndPoint.TryGetValue(flight.To, out var target) || target.IsDown) return true;
        target.Node.Receive(flight.Bytes, flight.From, Now);
        Collect(target);
        return true;
    }

    private (VirtualHost? Host, TimeSpan Time) NextWake()
    {
        VirtualHost? first = null;
        var time = TimeSpan.MaxValue;
        foreach (var host in _hosts)
        {
            if (host.IsDown || host.WakeUp >= time) continue;
            (first, time) = (host, host.WakeUp);
        }

        return (first, time);
    }

    private void Collect(VirtualHost host)
    {
        host.WakeUp = host.Node.NextWakeUp ?? TimeSpan.MaxValue;
        while (host.Node.TryTake(out var e)) host.Events.Add((Now, e));
        while (host.Node.TryTransmit(_buffer, out var length, out var to))
        {
            _sent++;
            host.BytesTo[to] = host.BytesTo.GetValueOrDefault(to) + length;
            if (_random.Next(100) < LossPercent) continue;
            var delay = Delay.Least + _random.Next(Delay.Most - Delay.Least + 1);
            _flights.Enqueue(
                new Flight(_buffer[..length], host.EndPoint, to),
                (Now + TimeSpan.FromMilliseconds(delay), _sent));
        }
    }

    private readonly record struct Flight(byte[] Bytes, DhtEndPoint From, DhtEndPoint To);
}
