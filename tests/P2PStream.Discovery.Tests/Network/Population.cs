namespace P2PStream.Discovery.Tests;

/// <summary>
/// Many nodes that have known each other for long: every routing table is filled with random nodes
/// of each of its buckets, as joining and refreshing would fill it in time. Some of them may be
/// <see cref="Colluders"/>, others honest under IDs that their addresses do not allow.
/// </summary>
internal sealed class Population
{
    private readonly (NodeId Id, DhtEndPoint EndPoint)[] _sorted;

    public Population(ulong seed, int count, int hostilePercent = 0,
        (int Least, int Most)? delay = null, KademliaOptions? options = null,
        int wrongfulPercent = 0, Func<int, DhtEndPoint>? place = null)
    {
        Network = new VirtualNetwork(seed) { Delay = delay ?? (5, 60) };
        Colluders = new Colluders(Network);
        var all = new List<(NodeId, DhtEndPoint)>(count);
        for (var i = 0; i < count; i++)
        {
            var endPoint = place?.Invoke(i) ?? Hosts.Public(i);
            if (Network.Random.Next(100) < hostilePercent)
                all.Add((Colluders.Add(endPoint), endPoint));
            else if (wrongfulPercent > 0 && Network.Random.Next(100) < wrongfulPercent)
                all.Add((AddWrongful(endPoint, options).Node.Id, endPoint));
            else
                all.Add((Network.Add(endPoint, options).Node.Id, endPoint));
        }

        _sorted = [.. all.OrderBy(node => node.Item1)];
        foreach (var host in Network.Hosts) Fill(host);
    }

    public int Size => _sorted.Length;

    public VirtualNetwork Network { get; }

    public Colluders Colluders { get; }

    /// <summary>Lets a share of the nodes die, while all others still know them.</summary>
    public void Kill(int percent)
    {
        foreach (var host in Network.Hosts) host.IsDown |= Network.Random.Next(100) < percent;
    }

    public VirtualHost RandomLive()
    {
        while (true)
        {
            var host = Network.Hosts[Network.Random.Next(Network.Hosts.Count)];
            if (!host.IsDown) return host;
        }
    }

    private VirtualHost AddWrongful(DhtEndPoint endPoint, KademliaOptions? options) => Network.Add(
        endPoint, (options ?? new KademliaOptions()) with { DerivesId = false },
        Network.Random.NextNodeId());

    /// <summary>Fills a table with random nodes of each bucket.</summary>
    private void Fill(VirtualHost host)
    {
        var table = host.Node.Parts[0].Table;
        var self = host.Node.Id;
        var options = new KademliaOptions();
        var (low, high) = (0, _sorted.Length);
        for (var bit = 0; high - low > 1 && bit < NodeId.Bits; bit++)
        {
            // The range shares `bit` bits with us; one half of it shares one more.
            var middle = Split(low, high, bit);
            var isHigh = Bit(self, bit);
            var (farLow, farHigh) = isHigh ? (low, middle) : (middle, high);
            var capacity = Math.Max(options.FarBucketSize >> Math.Min(bit, 30), options.BucketSize);
            Take(table, farLow, farHigh, capacity);
            (low, high) = isHigh ? (middle, high) : (low, middle);
        }
    }

    private void Take(RoutingTable table, int low, int high, int count)
    {
        var size = high - low;
        for (var i = 0; i < Math.Min(count, size); i++)
        {
            var (id, endPoint) =
                _sorted[low + (size <= count ? i : Network.Random.Next(size))];
            table.Replied(id, endPoint, Network.Now);
        }
    }

    /// <summary>The first in a range whose bit is set.</summary>
    private int Split(int low, int high, int bit)
    {
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Bit(_sorted[middle].Id, bit)) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    private static bool Bit(NodeId id, int bit)
    {
        Span<byte> bytes = stackalloc byte[NodeId.Size];
        id.CopyTo(bytes);
        return (bytes[bit / 8] & (0x80 >> (bit % 8))) != 0;
    }
}
