namespace P2PStream.Discovery.Tests;

/// <summary>Strangers that lie to look-ups, in a network of honest nodes.</summary>
public sealed class LookupAttackTests() : LookupAttack(
    new Population(31, 400, options: new KademliaOptions { FarBucketSize = 8 }).Network)
{
    [Fact]
    public void A_referral_loop_ends()
    {
        // Two that name each other, themselves, and us, under ever new IDs beside the target.
        DhtEndPoint[] liars = [Hosts.Public(9001), Hosts.Public(9002)];
        var us = Hosts.Public(9003);
        var asked = 0;
        foreach (var own in liars)
        {
            Lie(own, target =>
            {
                asked++;
                return [.. Enumerable.Range(0, 30).Select(i => new CompactNode(
                    Beside(target, asked * 30 + i), i % 3 == 2 ? us : liars[i % 3]))];
            });
        }

        Announce();
        var host = Newcomer(us, [.. liars, Network.Hosts[8].EndPoint]);
        var search = Network.Do(host, (node, now) => node.GetPeers(Key, now));
        Assert.True(Network.Finish(host, search).Count >= 8);
        Assert.Single(host.Peers(search));
        Assert.InRange(asked, 2, 100);
    }

    [Fact]
    public void Honest_nodes_under_false_names_are_found_all_the_same()
    {
        // All who keep the key are named as if they were far away, so that nobody asks them.
        AreFoundAllTheSame(9100, (target, n, keeper) => new CompactNode(Far(target, n), keeper));
    }

    [Fact]
    public void Honest_nodes_at_false_ports_are_found_all_the_same()
    {
        AreFoundAllTheSame(9500,
            (target, n, keeper) => new CompactNode(Beside(target, n), keeper.WithPort(1)));
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")] // between a carrier and its customers (RFC 6598)
    public void Strangers_do_not_choose_whom_we_talk_to_at_home(string address)
    {
        Announce();
        var (told, disturbed) = (0, 0);
        var neighbour = Hosts.At(address);
        Network.Add(neighbour, (_, _) => disturbed++);
        var liar = Hosts.Public(9600);
        Lie(liar, target =>
        {
            told++;
            return [.. Enumerable.Range(0, 30)
                .Select(i => new CompactNode(Beside(target, i), neighbour))];
        });
        var host = Newcomer(Hosts.Public(9601), [liar, Network.Hosts[8].EndPoint]);
        var search = Network.Do(host, (node, now) => node.GetPeers(Key, now));
        Network.Finish(host, search);
        Assert.True(told > 0);
        Assert.Single(host.Peers(search));
        Assert.Equal(0, disturbed);
    }

    [Fact]
    public void Invented_nodes_that_are_nowhere_cost_little()
    {
        Announce();
        var liar = Hosts.Public(9200);
        var told = 0;
        Lie(liar, target =>
        {
            told++;
            return [.. Enumerable.Range(0, 30)
                .Select(i => new CompactNode(Beside(target, i), Hosts.Public(20_000 + i)))];
        });
        var host = Newcomer(Hosts.Public(9201), [liar, Network.Hosts[8].EndPoint]);
        var start = Network.Now;
        var search = Network.Do(host, (node, now) => node.GetPeers(Key, now));
        Network.Finish(host, search);
        Assert.True(told > 0);
        Assert.Single(host.Peers(search));
        Assert.InRange(Network.Now - start, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_reply_from_another_endpoint_is_not_taken()
    {
        var (asked, other) = (Hosts.Public(9300), Hosts.Public(9301));
        Network.Add(asked, (datagram, from) => Answer(datagram, other, from,
            target => [new CompactNode(target, other)]));
        var host = Network.Add(Hosts.Public(9302));
        Network.Do(host, (node, now) => node.Join([asked], now));
        var search = Network.Do(host, (node, now) => node.GetPeers(Key, now));
        Assert.Equal(0, Network.Finish(host, search).Count);
        Assert.Equal(0, host.Node.RoutingTableSize);
        Assert.True(host.Node.Counters.Dropped(DhtDrop.WrongEndPoint) > 0);
    }

    [Fact]
    public void A_host_that_is_another_node_to_each_path_is_stored_with_once()
    {
        // Three liars, one for each path, each name another port of one host.
        var (asked, stored) = (0, 0);
        List<DhtEndPoint> liars = [];
        for (var i = 0; i < 3; i++)
        {
            var (own, id) = (Hosts.Public(9703, port: 7000 + i), Beside(Key.Key, i));
            Network.Add(own, (datagram, from) =>
            {
                Assert.True(KrpcMessage.TryRead(datagram, out var query));
                asked += query.Method == KrpcMethod.GetPeers ? 1 : 0;
                stored += query.Method == KrpcMethod.AnnouncePeer ? 1 : 0;
                Answer(datagram, own, from, _ => [], id);
            });
            liars.Add(Hosts.Public(9700 + i));
            Lie(liars[i], _ => [new CompactNode(id, own)]);
        }

        var host = Newcomer(Hosts.Public(9704), [.. liars]);
        var announce = Network.Do(host, (node, now) => node.Announce(Key, 4242, now));
        Network.Finish(host, announce);
        // The strict path passes over it: none of these IDs is one that its address allows.
        Assert.Equal((2, 1), (asked, stored));
    }

    [Fact]
    public void An_endpoint_that_changes_its_ID_is_not_kept()
    {
        var walker = Hosts.Public(9400);
        var host = Network.Hosts[9];
        var number = 0;
        Network.Add(walker, (datagram, from) => Answer(
            datagram, walker, from, _ => [], Beside(host.Node.Id, ++number)));
        var ping = System.Text.Encoding.ASCII.GetBytes(RawNode.Query("ping", ""));
        Beside(host.Node.Id, 99).CopyTo(ping.AsSpan(12));
        for (var i = 0; i < 20; i++)
        {
            Network.Inject(ping, walker, host);
            Network.RunFor(TimeSpan.FromSeconds(20));
        }

        Assert.True(host.Node.Counters.Dropped(DhtDrop.ChangedId) > 5);
        // At most one of the IDs at a time, until the next is heard.
        Assert.InRange(
            host.Node.Parts[0].Table.Good().Count(node => node.EndPoint == walker), 0, 1);
    }
}
