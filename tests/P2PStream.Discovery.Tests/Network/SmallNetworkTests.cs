namespace P2PStream.Discovery.Tests;

/// <summary>A few nodes on one loopback address in virtual time, as in a demonstration on one
/// machine.
/// </summary>
public sealed class SmallNetworkTests
{
    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly VirtualNetwork _network = new(11) { Delay = (1, 2) };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void Announcing_and_finding_take_milliseconds(int count)
    {
        for (var i = 0; i < count; i++) Join(i, 0);
        var start = _network.Now;
        var announce = _network.Do(_network.Hosts[1], (node, now) => node.Announce(Key, 7001, now));
        Assert.True(_network.RunUntil(() => _network.Hosts[1].HasEnded(announce), Minute));
        Assert.Equal(
            Math.Min(count - 1, 8), _network.Hosts[1].Ending(announce)!.Value.Count);
        Assert.Equal([Hosts.Loopback(7001)], Find(_network.Hosts[count - 1]));
        Assert.InRange(_network.Now - start, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Nodes_that_join_at_once_come_to_know_each_other()
    {
        for (var i = 0; i < 8; i++)
        {
            var host = _network.Add(Hosts.Loopback(1000 + i));
            _network.Do(host, (node, now) => node.Join([Hosts.Loopback(1000)], now));
        }

        _network.RunFor(TimeSpan.FromSeconds(2));
        Assert.All(_network.Hosts, host => Assert.Equal(7, host.Node.RoutingTableSize));
    }

    [Fact]
    public void A_new_contact_is_asked_although_many_earlier_ones_are_gone()
    {
        var host = _network.Add(Hosts.Loopback(1001));
        var contacts = new DhtEndPoint[100];
        for (var i = 0; i < 100; i++) contacts[i] = Hosts.Loopback(2000 + i);
        var join = _network.Do(host, (node, now) => node.Join(contacts, now));
        _network.RunFor(TimeSpan.FromMinutes(10));
        _network.Add(Hosts.Loopback(1000));
        _network.Do(host, (node, now) => node.Join([Hosts.Loopback(1000)], now));
        Assert.True(_network.RunUntil(
            () => host.Node.RoutingTableSize == 1, TimeSpan.FromMilliseconds(100)));
        Assert.True(_network.RunUntil(() => host.HasEnded(join), Minute));
        // One that is named again is one of the latest.
        _network.Do(host, (node, now) => node.Join([contacts[63], contacts[62]], now));
        Assert.Equal(
            [contacts[63], contacts[62], Hosts.Loopback(1000), .. contacts[..61]],
            host.Node.Parts[0].Membership.Contacts);
    }

    [Fact]
    public void Joining_is_tried_until_the_contact_is_up()
    {
        var host = _network.Add(Hosts.Loopback(1001));
        var join = _network.Do(host, (node, now) => node.Join([Hosts.Loopback(1000)], now));
        _network.RunFor(TimeSpan.FromSeconds(3));
        Assert.False(host.HasEnded(join));
        _network.Add(Hosts.Loopback(1000));
        Assert.True(_network.RunUntil(() => host.HasEnded(join), TimeSpan.FromSeconds(4)));
        Assert.Equal(1, host.Ending(join)!.Value.Count);
        // The pauses grow, so that a contact that is gone for good is left in peace.
        var lonely = _network.Add(Hosts.Loopback(1002));
        lonely.BytesTo = [];
        _network.Do(lonely, (node, now) => node.Join([Hosts.Loopback(9)], now));
        _network.RunFor(TimeSpan.FromHours(1));
        Assert.InRange(lonely.BytesTo[Hosts.Loopback(9)], 1, 80 * 120);
    }

    [Fact]
    public void What_was_announced_outlives_the_node_that_stored_it()
    {
        Join(0, 0);
        Join(1, 0);
        var announce = _network.Do(_network.Hosts[1], (node, now) => node.Announce(Key, 7001, now));
        _network.RunUntil(() => _network.Hosts[1].HasEnded(announce), Minute);
        _network.Hosts[0].IsDown = true;
        Join(2, 1);
        Assert.Equal([Hosts.Loopback(7001)], Find(_network.Hosts[2]));
    }

    [Fact]
    public void A_look_up_asks_the_contacts_before_it_has_joined()
    {
        Join(0, 0);
        Join(1, 0);
        var announce = _network.Do(_network.Hosts[1], (node, now) => node.Announce(Key, 7001, now));
        _network.RunUntil(() => _network.Hosts[1].HasEnded(announce), Minute);
        var late = _network.Add(Hosts.Loopback(1002));
        _network.Do(late, (node, now) => node.Join([Hosts.Loopback(1000)], now));
        Assert.Equal([Hosts.Loopback(7001)], Find(late));
    }

    [Fact]
    public void A_cancelled_operation_says_and_does_nothing_more()
    {
        for (var i = 0; i < 30; i++) Join(i, 0);
        var host = _network.Hosts[1];
        foreach (var start in new Func<KademliaNode, TimeSpan, DhtOperation>[]
        {
            (node, now) => node.Announce(Key, 7001, now),
            (node, now) => node.KeepAnnounced(Key, 7001, now),
        })
        {
            // Its first queries are on their way.
            var operation = _network.Do(host, start);
            var asked = host.Node.Counters.QueriesSent(KrpcMethod.GetPeers);
            host.Node.Cancel(operation);
            host.Node.Cancel(operation);
            _network.RunFor(TimeSpan.FromMinutes(20));
            Assert.Equal(asked, host.Node.Counters.QueriesSent(KrpcMethod.GetPeers));
            Assert.Equal(0, host.Node.Counters.QueriesSent(KrpcMethod.AnnouncePeer));
            Assert.DoesNotContain(host.Events, one => one.Event.Operation == operation);
        }

        Assert.All(_network.Hosts, other => Assert.Equal(0, other.Node.StoredPeers));
    }

    [Fact]
    public void A_cancel_between_look_up_and_store_is_heeded()
    {
        for (var i = 0; i < 30; i++) Join(i, 0);
        var host = _network.Hosts[1];
        var announce = _network.Do(host, (node, now) => node.Announce(Key, 7001, now));
        // It stores with several at once; those that confirm are not the end of it.
        Assert.True(_network.RunUntil(
            () => host.Node.Counters.QueriesSent(KrpcMethod.AnnouncePeer) > 0, Minute));
        host.Node.Cancel(announce);
        _network.RunFor(Minute);
        Assert.DoesNotContain(host.Events, one => one.Event.Operation == announce);
        Assert.Equal(0, host.Node.PendingQueries);
    }

    [Fact]
    public void A_network_of_IPv6_works_the_same()
    {
        var options = new KademliaOptions { Families = DhtFamilies.IPv6 };
        for (var i = 0; i < 5; i++)
        {
            var host = _network.Add(Hosts.At("::1", 1000 + i), options);
            _network.Do(host, (node, now) => node.Join([Hosts.At("::1", 1000)], now));
            _network.RunFor(TimeSpan.FromSeconds(1));
        }

        var announce = _network.Do(_network.Hosts[1], (node, now) => node.Announce(Key, 7001, now));
        _network.RunUntil(() => _network.Hosts[1].HasEnded(announce), Minute);
        Assert.Equal([Hosts.At("::1", 7001)], Find(_network.Hosts[4]));
        Assert.Equal(4, _network.Hosts[4].Node.RoutingTableSize);
    }

    [Fact]
    public void A_node_knows_how_others_see_it()
    {
        Join(0, 0);
        Join(1, 0);
        Assert.Equal(Hosts.Loopback(1001), _network.Hosts[1].Node.ObservedEndPoint);
    }

    private void Join(int index, int contact)
    {
        var host = _network.Add(Hosts.Loopback(1000 + index));
        DhtEndPoint[] contacts = index == 0 ? [] : [Hosts.Loopback(1000 + contact)];
        var join = _network.Do(host, (node, now) => node.Join(contacts, now));
        if (index > 0) Assert.True(_network.RunUntil(() => host.HasEnded(join), Minute));
        _network.RunFor(TimeSpan.FromMilliseconds(100));
    }

    private IEnumerable<DhtEndPoint> Find(VirtualHost host)
    {
        var search = _network.Do(host, (node, now) => node.GetPeers(Key, now));
        Assert.True(_network.RunUntil(() => host.HasEnded(search), Minute));
        return host.Peers(search);
    }
}
