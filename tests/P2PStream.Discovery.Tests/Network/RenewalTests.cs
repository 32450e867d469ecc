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

    [Fact]
    public void Who_has_reached_nobody_tries_again_soon()
    {
        var network = new VirtualNetwork(93);
        var publisher = network.Add(Hosts.Public(1));
        // Kept before there is anybody; the contact comes up after minutes.
        network.Do(publisher, (node, now) => node.Join([Hosts.Public(0)], now));
        var keep = network.Do(publisher, (node, now) => node.KeepAnnounced(Key, 4242, now));
        network.RunFor(TimeSpan.FromMinutes(22));
        var before = publisher.Of(keep, KademliaEventKind.Renewed).ToList();
        Assert.All(before, e => Assert.Equal(0, e.Count));
        // At 0, 10, 30, 70, 150, 310, 630 and 1270 s, so not without end.
        Assert.Equal(8, before.Count);
        var contact = Join(network, 0);
        // As soon as it knows somebody, which it tries each minute.
        network.RunFor(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(20));
        var after = publisher.Of(keep, KademliaEventKind.Renewed).Skip(8).ToList();
        Assert.Contains(after, e => e.Count == 1);
        Assert.Equal(1, contact.Node.StoredPeers);
    }

    [Fact]
    public void Who_is_alone_for_a_day_tries_as_often_as_it_would_renew()
    {
        var network = new VirtualNetwork(95);
        var alone = network.Add(Hosts.Public(0));
        var keep = network.Do(alone, (node, now) => node.KeepAnnounced(Key, 4242, now));
        network.RunFor(TimeSpan.FromDays(1));
        Assert.InRange(alone.Of(keep, KademliaEventKind.Renewed).Count(), 24 * 4, 24 * 4 * 1.3);
    }

    [Fact]
    public void Who_knows_nodes_that_refuse_tries_again_with_growing_pauses()
    {
        var network = new VirtualNetwork(94);
        var options = new KademliaOptions { MaxPeersPerAddress = 0 };
        for (var i = 0; i < 10; i++)
        {
            var host = network.Add(Hosts.Public(i), options);
            network.Do(host, (node, now) => node.Join([Hosts.Public(0)], now));
            network.RunFor(TimeSpan.FromSeconds(1));
        }

        var publisher = network.Hosts[5];
        var keep = network.Do(publisher, (node, now) => node.KeepAnnounced(Key, 4242, now));
        network.RunFor(TimeSpan.FromMinutes(12));
        var times = publisher.Events.Where(one => one.Event.Operation == keep)
            .Select(one => one.At).ToList();
        Assert.Equal(7, times.Count);
        var pauses = times.Zip(times.Skip(1), (first, second) => (second - first).TotalSeconds);
        Assert.All(pauses.Zip([10, 20, 40, 80, 160, 320]), pair =>
            Assert.InRange(pair.First, pair.Second - 1, pair.Second + 10));
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
