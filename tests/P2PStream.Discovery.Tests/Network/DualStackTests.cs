using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>Nodes that speak IPv4, IPv6, or both (BEP 32).</summary>
public sealed class DualStackTests
{
    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);

    private readonly VirtualNetwork _network = new(51);

    [Fact]
    public void A_dual_stack_stores_and_finds_in_both_networks()
    {
        for (var i = 0; i < 12; i++) Add(i, DhtFamilies.Both);
        var (left, right) = (Add(12, DhtFamilies.IPv4), Add(13, DhtFamilies.IPv6));
        _network.RunFor(TimeSpan.FromSeconds(20));
        var publisher = _network.Hosts[4];
        var announce = _network.Do(publisher, (node, now) => node.Announce(Key, 4242, now));
        Assert.True(_network.Finish(publisher, announce).Count >= 16);
        Assert.Equal([At4(4).WithPort(4242)], Find(left));
        Assert.Equal([At6(4).WithPort(4242)], Find(right));
        Assert.Equal(
            [At4(4).WithPort(4242), At6(4).WithPort(4242)],
            Find(_network.Hosts[9]).OrderBy(peer => !peer.IsIPv4));
    }

    [Fact]
    public void An_item_is_told_once()
    {
        for (var i = 0; i < 12; i++) Add(i, DhtFamilies.Both);
        _network.RunFor(TimeSpan.FromSeconds(20));
        var item = DhtItem.Sign(new byte[32], [], 1, "i1e"u8);
        var host = _network.Hosts[4];
        var put = _network.Do(host, (node, now) => node.PutItem(item, now));
        Assert.True(_network.Finish(host, put).Count >= 16);
        host = _network.Hosts[9];
        var get = _network.Do(host, (node, now) => node.GetItem(item.Target, [], now));
        _network.Finish(host, get);
        Assert.Single(host.Items(get));
    }

    [Fact]
    public void One_network_leads_into_the_other()
    {
        for (var i = 0; i < 12; i++) Add(i, DhtFamilies.Both);
        _network.RunFor(TimeSpan.FromSeconds(10));
        // It is told of a node of IPv4 alone.
        var host = _network.Add(
            At4(20), new KademliaOptions { Families = DhtFamilies.Both }, null, At6(20));
        _network.Do(host, (node, now) => node.Join([At4(0)], now));
        _network.RunFor(TimeSpan.FromSeconds(10));
        Assert.All(host.Node.Parts, part => Assert.Equal(12, part.Table.Count));
    }

    [Fact]
    public void It_is_seen_at_an_endpoint_in_each_network()
    {
        for (var i = 0; i < 4; i++) Add(i, DhtFamilies.Both);
        var node = _network.Hosts[3].Node;
        Assert.Equal(At4(3), node.ObservedEndPointOf(DhtFamilies.IPv4));
        Assert.Equal(At6(3), node.ObservedEndPointOf(DhtFamilies.IPv6));
        Assert.Equal(At4(3), node.ObservedEndPointOf(DhtFamilies.Both));
        Assert.Equal(At4(3), node.ObservedEndPoint);
        node = Add(4, DhtFamilies.IPv6).Node;
        Assert.Null(node.ObservedEndPointOf(DhtFamilies.IPv4));
        Assert.Null(node.ObservedEndPointOf(DhtFamilies.None));
        Assert.Equal(At6(4), node.ObservedEndPoint);
    }

    [Theory]
    [InlineData("", 1, 0)]
    [InlineData("4:wantl2:n4e", 1, 0)]
    [InlineData("4:wantl2:n6e", 0, 1)]
    [InlineData("4:wantl2:n42:n6e", 1, 1)]
    [InlineData("4:wantl2:n9i1ele2:n6e", 0, 1)]
    [InlineData("4:want2:n6", 1, 0)]
    public void Want_says_whose_nodes_to_name(string want, int nodes, int nodes6)
    {
        for (var i = 0; i < 3; i++) Add(i, DhtFamilies.Both);
        _network.RunFor(TimeSpan.FromSeconds(10));
        var node = _network.Hosts[0].Node;
        node.Receive(
            Encoding.ASCII.GetBytes(
                RawNode.Query("find_node", "6:target20:mnopqrstuvwxyz123456" + want)),
            Hosts.Public(99), _network.Now);
        var buffer = new byte[KademliaNode.MaxDatagramBytes];
        Assert.True(node.TryTransmit(buffer, out var length, out _));
        Assert.True(KrpcMessage.TryRead(buffer.AsSpan(0, length), out var reply));
        Assert.Equal(nodes * 2 * CompactNode.Size4, reply.Nodes.Length);
        Assert.Equal(nodes6 * 2 * CompactNode.Size6, reply.Nodes6.Length);
    }

    [Fact]
    public void A_node_of_one_family_takes_nothing_of_the_other()
    {
        var raw = new RawNode();
        raw.Receive(RawNode.Query("ping", ""), At6(1));
        Assert.Empty(raw.Sent());
        Assert.Equal(1, raw.Node.Counters.Dropped(DhtDrop.UnusableSource));
        Assert.Throws<ArgumentException>(() => new KademliaNode(
            new KademliaOptions { Families = DhtFamilies.None }, default, 1));
    }

    [Fact]
    public void Nodes_of_the_other_family_that_are_not_there_are_asked_ever_more_seldom()
    {
        // As a liar names them, one each second.
        var raw = new RawNode(new KademliaOptions { Families = DhtFamilies.Both });
        List<TimeSpan> asked = [];
        for (var i = 0; i < 6000; i++)
        {
            raw.Now += TimeSpan.FromMilliseconds(100);
            if (i % 10 == 0) raw.Node.Parts[1].Membership.Suggest(At6(i / 10), raw.Now);
            raw.Node.Tick(raw.Now);
            if (raw.Sent().Count > 0) asked.Add(raw.Now);
        }

        // The first at once; then after pauses that double up to a minute.
        Assert.InRange(asked[0].TotalSeconds, 0, 0.3);
        Assert.Equal(asked[0], raw.Now - TimeSpan.FromMilliseconds(100 * 5999));
        Assert.InRange(asked.Count, 10, 80);
        Assert.InRange(asked.Count(at => at > TimeSpan.FromMinutes(5)), 5, 40);
    }

    private VirtualHost Add(int number, DhtFamilies families)
    {
        var options = new KademliaOptions { Families = families };
        var host = families == DhtFamilies.IPv6
            ? _network.Add(At6(number), options)
            : _network.Add(At4(number), options, null,
                families == DhtFamilies.Both ? At6(number) : null);
        DhtEndPoint[] contacts = number == 0 ? [] : [At4(0), At6(0)];
        _network.Do(host, (node, now) => node.Join(contacts, now));
        _network.RunFor(TimeSpan.FromSeconds(1));
        return host;
    }

    private List<DhtEndPoint> Find(VirtualHost host)
    {
        var search = _network.Do(host, (node, now) => node.GetPeers(Key, now));
        _network.Finish(host, search);
        return [.. host.Peers(search)];
    }

    private static DhtEndPoint At4(int number) => Hosts.Public(number);

    private static DhtEndPoint At6(int number) => Hosts.At($"2001:db8:{number + 1:x}::1");
}
