namespace P2PStream.Discovery.Tests;

/// <summary>How the network outlives its members.</summary>
public sealed class ChurnTests
{
    [Fact]
    public void A_third_of_the_nodes_is_replaced_each_hour() => Replace(200);

    [Theory]
    [InlineData(3_000)]
    [InlineData(10_000)]
    public void A_third_of_many_nodes_is_replaced_each_hour(int size)
    {
        LongRun.Require();
        Replace(size);
    }

    private static void Replace(int size)
    {
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
