using System.Globalization;

namespace P2PStream.Discovery.Tests;

/// <summary>What a node costs that does nothing but belong to the network, and how the network
/// outlives its members.</summary>
public sealed class RestTests
{
    private const int MaxBytesPerSecond = 2000;
    private const int MaxMemory = 1_000_000;

    [Fact]
    public void A_node_at_rest_is_cheap()
    {
        var start = GC.GetTotalMemory(true);
        var population = new Population(101, 300);
        var network = population.Network;
        network.RunFor(TimeSpan.FromMinutes(1));
        var (bytes, since) = (network.BytesSent, network.Now);
        network.RunFor(TimeSpan.FromMinutes(20));
        // Each datagram is sent by one and received by one.
        var rate = 2.0 * (network.BytesSent - bytes) / population.Size
            / (network.Now - since).TotalSeconds;
        var memory = (GC.GetTotalMemory(true) - start) / population.Size;
        LongRun.Tell(string.Create(CultureInfo.InvariantCulture,
            $"a node at rest of {population.Size}: {rate:0} B/s both ways, {memory / 1000} kB"));
        Assert.InRange(rate, 1, MaxBytesPerSecond);
        Assert.InRange(memory, 1, MaxMemory);
        Assert.All(network.Hosts, host => Assert.True(host.Node.RoutingTableSize > 100));
    }

    [Fact]
    public void A_node_whose_stores_are_full_is_bounded()
    {
        var options = new KademliaOptions();
        var random = new SeededRandom(5);
        var start = GC.GetTotalMemory(true);
        var peers = new PeerStore(options);
        for (var i = 0; i < 20_000; i++)
            peers.TryAdd(new InfoHash(random.NextNodeId()), Hosts.Public(i), default, default);
        var items = new ItemStore(options);
        for (var i = 0; i < 5000; i++)
        {
            var value = System.Text.Encoding.ASCII.GetBytes($"500:{i:D4}{new string('x', 496)}");
            items.Put(new KrpcMessage { Value = value }, default, Hosts.Public(i), default);
        }

        var memory = GC.GetTotalMemory(true) - start;
        LongRun.Tell($"full stores: {memory / 1000} kB, {peers.Count} peers, {items.Count} items");
        Assert.InRange(memory, 1, 3 * MaxMemory);
        Assert.Equal(options.MaxInfoHashes, peers.InfoHashCount);
        GC.KeepAlive(items);
    }

    [Fact]
    public void A_third_of_the_nodes_is_replaced_each_hour()
    {
        var size = LongRun.IsOn ? 10_000 : 200;
        var population = new Population(102, size);
        var network = population.Network;
        List<(InfoHash Key, VirtualHost Host)> kept = [];
        for (var i = 0; i < 20; i++)
        {
            var key = new InfoHash(network.Random.NextNodeId());
            network.Do(network.Hosts[i], (node, now) => node.KeepAnnounced(key, 4242, now));
            kept.Add((key, network.Hosts[i]));
        }

        var (searches, found, newcomers) = (0, 0, size);
        var publishers = kept.Select(one => one.Host).ToList();
        for (var minute = 1; minute <= 60; minute++)
        {
            newcomers += Churn(network, publishers, size * 0.3 / 60, newcomers);
            network.RunFor(TimeSpan.FromMinutes(1));
            if (minute % 10 != 0) continue;
            foreach (var (key, host) in kept)
            {
                for (var i = 0; i < 10; i++, searches++)
                    found += Finds(network, population.RandomLive(), key, host) ? 1 : 0;
            }
        }

        LongRun.Tell($"{size} nodes, 30 % churn an hour: {found} of {searches} searches found");
        Assert.True(found >= searches * 0.999, $"{found} of {searches}");
    }

    private static int Churn(
        VirtualNetwork network, List<VirtualHost> staying, double share, int next)
    {
        var count = (int)share + (network.Random.Next(1000) < share % 1 * 1000 ? 1 : 0);
        for (var i = 0; i < count; i++)
        {
            var leaving = network.Hosts[network.Random.Next(network.Hosts.Count)];
            if (!staying.Contains(leaving)) network.Remove(leaving);
            var contacts = Enumerable.Range(0, 3)
                .Select(_ => network.Hosts[network.Random.Next(network.Hosts.Count)].EndPoint)
                .ToArray();
            var joining = network.Add(Hosts.Public(next + i));
            network.Do(joining, (node, now) => node.Join(contacts, now));
        }

        return count;
    }

    private static bool Finds(
        VirtualNetwork network, VirtualHost host, InfoHash key, VirtualHost publisher)
    {
        var search = network.Do(host, (node, now) => node.GetPeers(key, now));
        network.Finish(host, search);
        return host.Peers(search).Contains(publisher.EndPoint.WithPort(4242));
    }
}
