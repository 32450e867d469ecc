using P2PStream.Discovery;

namespace P2PStream.Simulation;

/// <summary>UDP between the DHT's nodes: as late as their path is, in any order, and some of it lost.</summary>
internal sealed class DatagramNetwork(World world)
{
    /// <summary>Bystanders are numbered from here on: far above everyone who may watch.</summary>
    private const int FirstBystander = 1 << 22;

    /// <summary>Bystanders that everyone joins through.</summary>
    private const int Contacts = 3;

    private readonly Dictionary<DhtEndPoint, DhtHost> _hosts = [];
    private readonly Stack<Datagram> _free = new();
    private readonly SeededRandom _loss = SeededRandom.For(world.Seed, "datagrams", 0);
    private readonly List<double> _firstPeers = [];
    private DhtEndPoint[] _contacts = [];

    private long _datagrams, _lost, _bytes;

    /// <summary>Whom everyone may join through.</summary>
    public ReadOnlySpan<DhtEndPoint> JoinThrough => _contacts;

    /// <summary>Brings the nodes that have nothing to do with the stream.</summary>
    public void AddBystanders(int count)
    {
        var hosts = new DhtHost[count];
        for (var i = 0; i < count; i++)
        {
            hosts[i] = new DhtHost(world, this, FirstBystander + i, isBehindNat: false);
            Add(hosts[i]);
        }

        _contacts = [.. hosts.Take(Contacts).Select(host => host.EndPoint)];
        foreach (var host in hosts) host.Join();
    }

    public void Add(DhtHost host) => _hosts.Add(host.EndPoint, host);

    public void Remove(DhtHost host) => _hosts.Remove(host.EndPoint);

    /// <summary>Sends a datagram, perhaps in vain: to nobody, against a loss, or to a NAT that lets nobody
    /// in.</summary>
    public void Send(DhtHost from, ReadOnlySpan<byte> bytes, DhtEndPoint to)
    {
        _datagrams++;
        _bytes += bytes.Length;
        var isLost = _loss.NextDouble() < world.Scenario.Discovery.DatagramLoss;
        var arrival = _hosts.TryGetValue(to, out var host)
            ? world.Network.DatagramArrival(from.Number, host.Number)
            : null;
        if (isLost || arrival is null)
        {
            _lost++;
            return;
        }

        if (!_free.TryPop(out var datagram)) datagram = new Datagram();
        datagram.Fill(bytes, from.EndPoint);
        world.Clock.At(arrival.Value, host!, DhtHost.Arrival, datagram);
    }

    /// <summary>Nobody looks at a datagram any more.</summary>
    public void Return(Datagram datagram) => _free.Push(datagram);

    /// <summary>A node of the audience has heard of the first other.</summary>
    public void FirstPeerAfter(TimeSpan time) => _firstPeers.Add(time.TotalSeconds);

    public DiscoveryReport Report() => new()
    {
        FirstPeerSeconds = Percentiles.Of(_firstPeers),
        Datagrams = _datagrams,
        LostDatagrams = _lost,
        Bytes = _bytes,
    };
}
