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
    private DhtEndPoint[] _contacts = [];

    /// <summary>Whom everyone may join through.</summary>
    public ReadOnlySpan<DhtEndPoint> JoinThrough => _contacts;

    /// <summary>Brings the nodes that have nothing to do with the stream.</summary>
    public void AddBystanders(int count)
    {
        var hosts = new DhtHost[count];
        for (var i = 0; i < count; i++)
        {
            var number = FirstBystander + i;
            hosts[i] = new DhtHost(world, this, world.AddClock(number), number, isBehindNat: false);
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
        from.Log.Sent++;
        from.Log.Bytes += bytes.Length;
        var isLost = from.Chance.NextDouble() < world.Scenario.Discovery.DatagramLoss;
        var arrival = _hosts.TryGetValue(to, out var host)
            ? world.Network.DatagramArrival(from.Number, host.Number, from.Clock.Now, from.Chance)
            : null;
        if (isLost || arrival is null)
        {
            from.Log.Lost++;
            return;
        }

        var datagram = from.Log.Rent();
        datagram.Fill(bytes, from.EndPoint);
        from.Clock.Send(host!.Clock, arrival.Value, host, DhtHost.Arrival, datagram);
    }

    public DiscoveryReport Report() => new()
    {
        FirstPeerSeconds = Percentiles.Of([.. world.Benches.SelectMany(bench => bench.Datagrams.FirstPeers)]),
        Datagrams = world.Benches.Sum(bench => bench.Datagrams.Sent),
        LostDatagrams = world.Benches.Sum(bench => bench.Datagrams.Lost),
        Bytes = world.Benches.Sum(bench => bench.Datagrams.Bytes),
    };
}
