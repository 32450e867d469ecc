using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>200 nodes in virtual time.</summary>
public sealed class LargeNetworkTests
{
    private const int Size = 200;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);

    [Fact]
    public void Everyone_finds_what_one_announced()
    {
        var network = Grow(1);
        var publisher = network.Hosts[17];
        var announce = network.Do(publisher, (node, now) => node.Announce(Key, 4242, now));
        Assert.True(network.RunUntil(() => publisher.HasEnded(announce), Minute));
        Assert.Equal(8, publisher.Ending(announce)!.Value.Count);
        foreach (var host in network.Hosts)
            Assert.Equal([publisher.EndPoint.WithPort(4242)], Find(network, host, out _));
    }

    [Fact]
    public void The_nodes_that_store_are_the_nearest_of_all()
    {
        var network = Grow(2);
        var search = network.Do(network.Hosts[3], (node, now) => node.Announce(Key, 0, now));
        network.RunUntil(() => network.Hosts[3].HasEnded(search), Minute);
        var nearest = network.Hosts.Where(host => host != network.Hosts[3])
            .OrderBy(host => host.Node.Id ^ Key.Key).Take(8).ToList();
        // A node near the key answers from its own store before it asks anybody.
        var storing = network.Hosts.Where(host => Stores(network, host)).ToList();
        Assert.Equal(8, storing.Count);
        Assert.True(storing.Intersect(nearest).Count() >= 7);
    }

    [Fact]
    public void A_tenth_of_dead_nodes_and_lost_datagrams_hide_nothing()
    {
        var network = Grow(3, loss: 2);
        var publisher = network.Hosts[50];
        var announce = network.Do(publisher, (node, now) => node.Announce(Key, 4242, now));
        Assert.True(network.RunUntil(() => publisher.HasEnded(announce), Minute));
        for (var i = 5; i < Size; i += 10) network.Hosts[i].IsDown = true;
        var (found, asked) = (0, 0);
        foreach (var host in network.Hosts.Where(host => !host.IsDown))
        {
            asked++;
            if (Find(network, host, out var took).Count == 1) found++;
            // Patience with the dead is 2 s a step, and they stand beside each other at worst.
            Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(16));
        }

        Assert.Equal(asked, found);
    }

    [Fact]
    public void The_dead_are_forgotten()
    {
        var network = Grow(4);
        for (var i = 5; i < Size; i += 10) network.Hosts[i].IsDown = true;
        network.RunFor(TimeSpan.FromMinutes(50));
        var host = network.Hosts[1];
        var search = Find(network, host, out var took);
        Assert.Empty(search);
        Assert.True(took < TimeSpan.FromSeconds(2), $"took {took}");
        Assert.InRange(host.Node.RoutingTableSize, 30, 80);
    }

    [Fact]
    public void The_same_seed_brings_the_same_run()
    {
        Assert.Equal(Trace(5), Trace(5));
        Assert.NotEqual(Trace(5), Trace(6));
    }

    private static string Trace(ulong seed)
    {
        var network = Grow(seed, count: 30, loss: 5);
        Find(network, network.Hosts[3], out _);
        var text = new StringBuilder().Append(network.Now).Append(' ')
            .Append(network.DatagramsSent);
        foreach (var host in network.Hosts)
        {
            text.Append(host.Node.Id).Append(host.Node.RoutingTableSize);
            foreach (var (at, e) in host.Events) text.Append(at).Append(e);
        }

        return text.ToString();
    }

    private static VirtualNetwork Grow(ulong seed, int count = Size, int loss = 0)
    {
        // Buckets of eight, or 200 nodes would all know each other.
        var options = new KademliaOptions { FarBucketSize = 8 };
        var network = new VirtualNetwork(seed) { LossPercent = loss };
        for (var i = 0; i < count; i++)
        {
            var host = network.Add(Hosts.Public(i), options);
            DhtEndPoint[] contacts = i == 0 ? [] : [network.Hosts[0].EndPoint];
            network.Do(host, (node, now) => node.Join(contacts, now));
            network.RunFor(TimeSpan.FromMilliseconds(400));
        }

        network.RunFor(TimeSpan.FromSeconds(20));
        Assert.All(network.Hosts, host => Assert.InRange(host.Node.RoutingTableSize, 8, 90));
        return network;
    }

    private static List<DhtEndPoint> Find(
        VirtualNetwork network, VirtualHost host, out TimeSpan took)
    {
        var start = network.Now;
        var search = network.Do(host, (node, now) => node.GetPeers(Key, now));
        Assert.True(network.RunUntil(() => host.HasEnded(search), Minute));
        took = network.Now - start;
        return [.. host.Peers(search)];
    }

    private static bool Stores(VirtualNetwork network, VirtualHost host)
    {
        var search = host.Node.GetPeers(Key, network.Now);
        var stores = false;
        while (host.Node.TryTake(out var e)) stores |= e.Kind == KademliaEventKind.PeerFound;
        host.Node.Cancel(search);
        return stores;
    }
}
