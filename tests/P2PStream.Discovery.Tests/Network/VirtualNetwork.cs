using System.Buffers;

namespace P2PStream.Discovery.Tests;

/// <summary>Takes the place of a node at an endpoint: a datagram came, from there.</summary>
internal delegate void Stranger(ReadOnlySpan<byte> datagram, DhtEndPoint from);

/// <summary>Kademlia nodes in virtual time: every datagram takes its way, gets lost or meets a dead
/// host as a seed decides. The same seed brings the same run.</summary>
internal sealed class VirtualNetwork(ulong seed)
{
    private readonly SeededRandom _random = new(seed);
    private readonly List<VirtualHost> _hosts = [];
    private readonly Dictionary<DhtEndPoint, VirtualHost> _byEndPoint = [];
    private readonly Dictionary<DhtEndPoint, Stranger> _strangers = [];
    private readonly PriorityQueue<Flight, (TimeSpan, long)> _flights = new();
    private readonly PriorityQueue<VirtualHost, (TimeSpan, long)> _wakeUps = new();
    private readonly byte[] _buffer = new byte[KademliaNode.MaxDatagramBytes];
    private long _order;

    public TimeSpan Now { get; private set; }

    public IReadOnlyList<VirtualHost> Hosts => _hosts;

    public SeededRandom Random => _random;

    /// <summary>Datagrams lost on the way, per cent.</summary>
    public int LossPercent { get; init; }

    /// <summary>One-way delays, milliseconds.</summary>
    public (int Least, int Most) Delay { get; init; } = (5, 60);

    public long DatagramsSent { get; private set; }

    public long BytesSent { get; private set; }

    /// <summary>Adds a node; without an ID, with one that its address allows.</summary>
    public VirtualHost Add(DhtEndPoint endPoint, KademliaOptions? options = null,
        NodeId? id = null, DhtEndPoint? otherEndPoint = null)
    {
        var node = new KademliaNode(
            options ?? new KademliaOptions(), id ?? NodeIdRule.Derive(endPoint, _random),
            _random.NextUInt32());
        var host = new VirtualHost(node, endPoint) { OtherEndPoint = otherEndPoint };
        _hosts.Add(host);
        _byEndPoint.Add(endPoint, host);
        if (otherEndPoint is { } other) _byEndPoint.Add(other, host);
        Note(host);
        return host;
    }

    /// <summary>Removes a node and all that it knew.</summary>
    public void Remove(VirtualHost host)
    {
        host.IsDown = true;
        _hosts.Remove(host);
        _byEndPoint.Remove(host.EndPoint);
    }

    /// <summary>Puts something that is no node of ours at an endpoint.</summary>
    public void Add(DhtEndPoint endPoint, Stranger stranger) =>
        _strangers.Add(endPoint, stranger);

    /// <summary>Lets a datagram of a stranger arrive at a host now.</summary>
    public void Inject(ReadOnlySpan<byte> datagram, DhtEndPoint from, VirtualHost to)
    {
        to.Node.Receive(datagram, from, Now);
        Collect(to);
    }

    /// <summary>Sends a stranger's datagram.</summary>
    public void Send(ReadOnlySpan<byte> datagram, DhtEndPoint from, DhtEndPoint to)
    {
        DatagramsSent++;
        BytesSent += datagram.Length;
        _order++;
        if (_random.Next(100) < LossPercent) return;
        var delay = Delay.Least + _random.Next(Delay.Most - Delay.Least + 1);
        var bytes = ArrayPool<byte>.Shared.Rent(datagram.Length);
        datagram.CopyTo(bytes);
        _flights.Enqueue(
            new Flight(bytes, datagram.Length, from, to),
            (Now + TimeSpan.FromMilliseconds(delay), _order));
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

    /// <summary>Runs until a host's operation has ended, and gives its ending.</summary>
    public KademliaEvent Finish(VirtualHost host, DhtOperation operation)
    {
        var seen = 0;
        Assert.True(RunUntil(HasEnded, TimeSpan.FromMinutes(2)), "It has not ended.");
        return host.Events[seen - 1].Event;

        bool HasEnded()
        {
            while (seen < host.Events.Count)
            {
                var e = host.Events[seen++].Event;
                if (e.Operation == operation && e.Kind == KademliaEventKind.Ended) return true;
            }

            return false;
        }
    }

    private bool Step(TimeSpan end)
    {
        var wake = NextWake();
        var isFlight = _flights.TryPeek(out _, out var place) && place.Item1 <= wake;
        var next = isFlight ? place.Item1 : wake;
        if (next > end)
        {
            Now = end;
            return false;
        }

        if (next > Now) Now = next;
        if (isFlight) Deliver(_flights.Dequeue());
        else Wake(_wakeUps.Dequeue());
        return true;
    }

    private void Deliver(Flight flight)
    {
        var datagram = flight.Bytes.AsSpan(0, flight.Length);
        if (_strangers.TryGetValue(flight.To, out var stranger))
        {
            stranger(datagram, flight.From);
        }
        else if (_byEndPoint.TryGetValue(flight.To, out var target) && !target.IsDown)
        {
            target.Node.Receive(datagram, flight.From, Now);
            Collect(target);
        }

        ArrayPool<byte>.Shared.Return(flight.Bytes);
    }

    private void Wake(VirtualHost host)
    {
        host.Noted = TimeSpan.MaxValue;
        host.Node.Tick(Now);
        Collect(host);
    }

    /// <summary>Drops notes that hosts have since thought better of.</summary>
    private TimeSpan NextWake()
    {
        while (_wakeUps.TryPeek(out var host, out var place))
        {
            if (!host.IsDown && host.WakeUp == place.Item1) return place.Item1;
            _wakeUps.Dequeue();
            if (host.Noted != place.Item1) continue;
            host.Noted = TimeSpan.MaxValue;
            if (!host.IsDown) Note(host);
        }

        return TimeSpan.MaxValue;
    }

    private void Note(VirtualHost host)
    {
        if (host.WakeUp >= host.Noted) return;
        host.Noted = host.WakeUp;
        _wakeUps.Enqueue(host, (host.WakeUp, ++_order));
    }

    private void Collect(VirtualHost host)
    {
        host.WakeUp = host.Node.NextWakeUp ?? TimeSpan.MaxValue;
        Note(host);
        while (host.Node.TryTake(out var e)) host.Events.Add((Now, e));
        while (host.Node.TryTransmit(_buffer, out var length, out var to))
        {
            if (host.BytesTo is { } bytes) bytes[to] = bytes.GetValueOrDefault(to) + length;
            Send(_buffer.AsSpan(0, length), host.From(to), to);
        }
    }

    private readonly record struct Flight(
        byte[] Bytes, int Length, DhtEndPoint From, DhtEndPoint To);
}
