namespace P2PStream.Discovery.Tests;

/// <summary>Attacks on what a node keeps for others.</summary>
public sealed class StorageAttackTests
{
    private static readonly DhtEndPoint Attacker = Hosts.Public(1);

    [Fact]
    public void A_token_is_good_for_its_address_and_info_hash_alone()
    {
        var raw = new RawNode();
        var token = RawNode.Token(raw.Ask(RawNode.GetPeers(Key(1)), Attacker));
        Assert.Contains("9:Bad token", raw.Ask(RawNode.Announce(Key(2), token), Attacker));
        Assert.Contains("9:Bad token", raw.Ask(RawNode.Announce(Key(1), token), Hosts.Public(2)));
        Assert.Equal((0, 2), (raw.Node.StoredPeers, raw.Node.Counters.ErrorsSent));
        Assert.Contains("1:y1:r", raw.Ask(RawNode.Announce(Key(1), token), Attacker));
        Assert.Equal(1, raw.Node.StoredPeers);
        // Nor does it outlive its ten minutes.
        raw.Now = TimeSpan.FromMinutes(10);
        Assert.Contains("9:Bad token", raw.Ask(RawNode.Announce(Key(1), token), Attacker));
    }

    [Theory]
    [InlineData("192.168.1.5")]
    [InlineData("100.64.0.5")]
    public void Strangers_are_not_told_who_is_in_our_own_network(string address)
    {
        var raw = new RawNode();
        var (inside, outside, stranger) = (Hosts.At(address), Hosts.Public(2), Hosts.Public(3));
        Store(raw, 1, inside);
        Store(raw, 1, outside);
        raw.Node.Parts[0].Table.Replied(new NodeId("inside-inside-inside"u8), inside, default);
        raw.Node.Parts[0].Table.Replied(new NodeId("outside-outside-outs"u8), outside, default);
        Assert.Equal((2, 2), (raw.Node.StoredPeers, raw.Node.RoutingTableSize));
        var reply = raw.Ask(RawNode.GetPeers(Key(1)), stranger);
        Assert.Contains("6:valuesl6:" + Compact(outside.WithPort(80)) + "e", reply);
        Assert.Contains("5:nodes26:outside-outside-outs" + Compact(outside), reply);
        // A neighbour is told of all.
        reply = raw.Ask(RawNode.GetPeers(Key(1)), Hosts.At("10.0.0.9"));
        Assert.Contains(Compact(inside.WithPort(80)), reply);
        Assert.Contains("inside-inside-inside" + Compact(inside), reply);
    }

    [Fact]
    public void One_address_cannot_fill_the_store()
    {
        var raw = new RawNode();
        for (var i = 0; i < 2000; i++) Store(raw, i, Attacker);
        Assert.Equal(new KademliaOptions().MaxPeersPerAddress, raw.Node.StoredPeers);
        Store(raw, 5000, Hosts.Public(2));
        Assert.Equal(new KademliaOptions().MaxPeersPerAddress + 1, raw.Node.StoredPeers);
    }

    [Fact]
    public void A_flood_from_many_addresses_leaves_room_for_what_belongs_here()
    {
        var options = new KademliaOptions
        {
            MaxInfoHashes = 100,
            UnprovenBytesPerSecond = 1_000_000,
            UnprovenBurstBytes = 1_000_000,
        };
        var raw = new RawNode(options);
        for (var i = 0; i < 3000; i++) Store(raw, i, Hosts.Public(i % 100));
        Assert.InRange(raw.Node.StoredInfoHashes, 90, 100);
        // A key that others look for here shares more bits with our ID than any random one.
        const string near = "self-self-self-self?";
        var honest = Hosts.Public(999);
        var token = RawNode.Token(raw.Ask(RawNode.GetPeers(near), honest));
        Assert.Contains("1:y1:r", raw.Ask(RawNode.Announce(near, token), honest));
        for (var i = 3000; i < 4000; i++) Store(raw, i, Hosts.Public(i % 100));
        Assert.Contains("6:valuesl6:", raw.Ask(RawNode.GetPeers(near), Hosts.Public(1000)));
    }

    [Fact]
    public void A_flood_of_items_is_bounded_in_bytes()
    {
        var options = new KademliaOptions
        {
            MaxItemBytes = 64 * 1024,
            UnprovenBytesPerSecond = 10_000_000,
            UnprovenBurstBytes = 10_000_000,
        };
        var raw = new RawNode(options);
        for (var i = 0; i < 1000; i++)
        {
            var from = Hosts.Public(i % 200);
            var value = $"900:{i:D4}" + new string('x', 896);
            var target = Latin(DhtItem.TargetOf(System.Text.Encoding.Latin1.GetBytes(value)));
            var token = RawNode.Token(raw.Ask(RawNode.Query("get", "6:target20:" + target), from));
            raw.Ask(RawNode.Query("put", $"5:token8:{token}1:v{value}"), from);
        }

        Assert.InRange(raw.Node.StoredItems, 40, 64 * 1024 / 900);
    }

    private static void Store(RawNode raw, int number, DhtEndPoint from)
    {
        raw.Now += TimeSpan.FromSeconds(0.5);
        var reply = raw.Ask(RawNode.GetPeers(Key(number)), from);
        // Out of its allowance, a stranger is not answered at all.
        if (reply.Length > 0) raw.Ask(RawNode.Announce(Key(number), RawNode.Token(reply)), from);
    }

    private static string Compact(DhtEndPoint endPoint)
    {
        var bytes = new byte[endPoint.CompactSize];
        endPoint.WriteCompact(bytes);
        return System.Text.Encoding.Latin1.GetString(bytes);
    }

    private static string Key(int number) => Latin(InfoHash.FromStream([
        (byte)number, (byte)(number >> 8)]).Key);

    private static string Latin(NodeId id) =>
        System.Text.Encoding.Latin1.GetString(id.ToArray());
}
