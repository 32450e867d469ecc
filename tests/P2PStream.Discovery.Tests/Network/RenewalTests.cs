namespace P2PStream.Discovery.Tests;

/// <summary>Announces that outlive their half hour.</summary>
public sealed class RenewalTests
{
    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);

    [Fact]
    public void A_kept_announce_is_repeated_until_it_is_cancelled()
    {
        var network = new Population(91, 100).Network;
        var publisher = network.Hosts[3];
        var keep = network.Do(publisher, (node, now) => node.KeepAnnounced(Key, 4242, now));
        network.RunFor(TimeSpan.FromHours(2));
        var renewed = publisher.Of(keep, KademliaEventKind.Renewed).ToList();
        Assert.InRange(renewed.Count, 8, 10);
        Assert.All(renewed, e => Assert.True(e.Count >= 8));
        Assert.Single(Find(network, network.Hosts[50]));
        publisher.Node.Cancel(keep);
        network.RunFor(TimeSpan.FromMinutes(31));
        Assert.Empty(Find(network, network.Hosts[50]));
        Assert.Empty(publisher.Of(keep, KademliaEventKind.Ended));
    }

    [Fact]
    public void A_network_that_grows_is_announced_to_sooner()
    {
        var network = new VirtualNetwork(92);
        Join(network, 0);
        var publisher = Join(network, 1);
        var keep = network.Do(publisher, (node, now) => node.KeepAnnounced(Key, 4242, now));
        network.RunFor(TimeSpan.FromSeconds(1));
        Assert.Single(publisher.Of(keep, KademliaEventKind.Renewed));
        for (var i = 2; i < 30; i++) Join(network, i);
        network.RunFor(TimeSpan.FromMinutes(1));
        // Far sooner than a quarter of an hour, and not again and again.
        Assert.InRange(publisher.Of(keep, KademliaEventKind.Renewed).Count(), 2, 4);
        network.Hosts[0].IsDown = true;
        Assert.Single(Find(network, network.Hosts[20]));
    }

    private static VirtualHost Join(VirtualNetwork network, int number)
    {
        var host = network.Add(Hosts.Public(number));
        DhtEndPoint[] contacts = number == 0 ? [] : [Hosts.Public(0)];
        network.Do(host, (node, now) => node.Join(contacts, now));
        network.RunFor(TimeSpan.FromSeconds(1));
        return host;
    }

    private static List<DhtEndPoint> Find(VirtualNetwork network, VirtualHost host)
    {
        var search = network.Do(host, (node, now) => node.GetPeers(Key, now));
        network.Finish(host, search);
        return [.. host.Peers(search)];
    }
}
