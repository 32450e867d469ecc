using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>How a node comes to its ID and its address, and stays unlinkable (BEPs 42 and
/// 43).</summary>
public sealed class IdentityTests
{
    private readonly VirtualNetwork _network = new(61);

    [Fact]
    public void A_node_takes_an_ID_that_its_address_allows()
    {
        Grow(20);
        var host = _network.Add(Hosts.Public(100), id: new NodeId("random-random-random"u8));
        _network.Do(host, (node, now) => node.Join([Hosts.Public(0)], now));
        _network.RunFor(TimeSpan.FromSeconds(10));
        Assert.True(NodeIdRule.IsValid(host.Node.Id, host.EndPoint));
        Assert.Equal((1, 20), (host.Node.Counters.IdChanges, host.Node.RoutingTableSize));
        // The others know it by its new ID.
        var nearest = _network.Do(
            _network.Hosts[7], (node, now) => node.FindNode(host.Node.Id, now));
        Assert.True(_network.Finish(_network.Hosts[7], nearest).Count >= 8);
        Assert.Contains(
            _network.Hosts, other => other.Node.Parts[0].Table.Good()
                .Contains(new CompactNode(host.Node.Id, host.EndPoint)));
    }

    [Fact]
    public void One_who_wants_to_keep_its_ID_does()
    {
        Grow(20);
        var id = new NodeId("random-random-random"u8);
        var host = _network.Add(
            Hosts.Public(100), new KademliaOptions { DerivesId = false }, id);
        _network.Do(host, (node, now) => node.Join([Hosts.Public(0)], now));
        _network.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(id, host.Node.Id);
        Assert.Equal(host.EndPoint, host.Node.ObservedEndPoint);
    }

    [Fact]
    public void A_new_address_brings_a_new_ID_and_one_liar_does_not()
    {
        var observed = new ObservedAddress();
        var (home, away, lie) = (Hosts.Public(1), Hosts.Public(2), Hosts.Public(3));
        Assert.False(observed.Tell(Compact(home), Hosts.Public(10)));
        Assert.False(observed.Tell(Compact(home), Hosts.At("20.0.10.77")));
        Assert.Null(observed.EndPoint);
        Assert.True(observed.Tell(Compact(home), Hosts.Public(11)));
        for (var i = 12; i < 20; i++) Assert.False(observed.Tell(Compact(home), Hosts.Public(i)));
        for (var i = 0; i < 50; i++)
            Assert.False(observed.Tell(Compact(lie), Hosts.Public(i % 2)));
        Assert.Equal(home, observed.EndPoint);
        var changes = 0;
        for (var i = 10; i < 30; i++)
            changes += observed.Tell(Compact(away), Hosts.Public(i)) ? 1 : 0;
        Assert.Equal(1, changes);
        Assert.Equal(away, observed.EndPoint);
    }

    [Fact]
    public void Our_ID_changes_at_most_each_ten_minutes()
    {
        var raw = new RawNode();
        var (home, away) = (Hosts.Public(1), Hosts.Public(2));
        Say(home, 10, 11);
        Assert.Equal((1, home), (raw.Node.Counters.IdChanges, raw.Node.ObservedEndPoint));
        var first = raw.Node.Id;
        raw.Now = TimeSpan.FromSeconds(599);
        Say(away, 12, 13, 14);
        Assert.Equal((first, away), (raw.Node.Id, raw.Node.ObservedEndPoint));
        // The next answer brings what was put off.
        raw.Now = TimeSpan.FromSeconds(600);
        Say(away, 12);
        Assert.Equal(2, raw.Node.Counters.IdChanges);
        Assert.True(NodeIdRule.IsValid(raw.Node.Id, away));
        for (var minute = 11; minute <= 69; minute++)
        {
            raw.Now = TimeSpan.FromMinutes(minute);
            Say(minute % 2 == 0 ? home : away, 12, 13, 14);
        }

        Assert.InRange(raw.Node.Counters.IdChanges, 5, 7);

        void Say(DhtEndPoint seen, params int[] voters)
        {
            foreach (var voter in voters)
            {
                var by = Hosts.Public(voter);
                raw.Node.Ping(by, raw.Now);
                var ping = raw.Sent().Last(sent => sent.To == by).Text;
                var compact = Encoding.Latin1.GetString(Compact(seen));
                raw.Receive($"d2:ip6:{compact}1:rd2:id20:{by,20}e"
                    + $"1:t4:{RawNode.Transaction(ping)}1:y1:re", by);
                raw.Sent();
            }
        }
    }

    [Fact]
    public void One_customer_of_IPv6_does_not_agree_with_itself()
    {
        var observed = new ObservedAddress();
        var lie = Compact(Hosts.At("2001:db8:bad::1"));
        for (var i = 0; i < 20; i++)
            Assert.False(observed.Tell(lie, Hosts.At($"2001:db8:1:{i:x}::1")));
        Assert.True(observed.Tell(lie, Hosts.At("2001:db8:2::1")));
    }

    [Fact]
    public void Behind_a_NAT_that_shows_each_another_port_the_address_is_known()
    {
        var observed = new ObservedAddress();
        var changes = 0;
        for (var i = 10; i < 20; i++)
            changes += observed.Tell(Compact(Hosts.Public(1, port: 1000 + i)), Hosts.Public(i)) ? 1 : 0;
        Assert.Equal((1, Hosts.Public(1, port: 1019)), (changes, observed.EndPoint));
        // Of a NAT that shows all but one the same port it is that.
        for (var i = 10; i < 20; i++)
        {
            var port = i == 19 ? 99 : 7000;
            Assert.False(observed.Tell(Compact(Hosts.Public(1, port)), Hosts.Public(i)));
        }

        Assert.Equal(Hosts.Public(1, port: 7000), observed.EndPoint);
        // And liars that agree on the port only are not believed.
        for (var i = 30; i < 40; i++)
            Assert.False(observed.Tell(Compact(Hosts.Public(i, port: 7000)), Hosts.Public(i)));
        Assert.Equal(Hosts.Public(1).Host, observed.EndPoint!.Value.Host);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("\0\0\0\0\0\0")]
    public void Nonsense_about_our_address_is_ignored(string compact)
    {
        var observed = new ObservedAddress();
        for (var i = 0; i < 5; i++)
            Assert.False(observed.Tell(Encoding.Latin1.GetBytes(compact), Hosts.Public(i)));
        Assert.Null(observed.EndPoint);
    }

    [Fact]
    public void A_read_only_node_asks_but_does_not_answer()
    {
        Grow(20);
        var host = _network.Add(Hosts.Public(100), new KademliaOptions { IsReadOnly = true });
        _network.Do(host, (node, now) => node.Join([Hosts.Public(0)], now));
        _network.RunFor(TimeSpan.FromSeconds(10));
        Assert.InRange(host.Node.RoutingTableSize, 8, 20);
        Assert.DoesNotContain(_network.Hosts, other => other.Node.Parts[0].Table.Good()
            .Any(node => node.EndPoint == host.EndPoint));
        var before = host.Node.Counters.DatagramsSent;
        _network.Inject(Encoding.ASCII.GetBytes(RawNode.Query("ping", "")), Hosts.Public(1), host);
        Assert.Equal(before, host.Node.Counters.DatagramsSent);
        Assert.Equal(1, host.Node.Counters.Dropped(DhtDrop.ReadOnly));
        var key = InfoHash.FromStream("a stream"u8);
        var announce = _network.Do(host, (node, now) => node.Announce(key, 7, now));
        Assert.True(_network.Finish(host, announce).Count >= 8);
        Assert.Equal(0, host.Node.StoredPeers);
    }

    private void Grow(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var host = _network.Add(Hosts.Public(i));
            DhtEndPoint[] contacts = i == 0 ? [] : [Hosts.Public(0)];
            _network.Do(host, (node, now) => node.Join(contacts, now));
            _network.RunFor(TimeSpan.FromSeconds(1));
        }
    }

    private static byte[] Compact(DhtEndPoint endPoint)
    {
        var bytes = new byte[endPoint.CompactSize];
        endPoint.WriteCompact(bytes);
        return bytes;
    }
}
