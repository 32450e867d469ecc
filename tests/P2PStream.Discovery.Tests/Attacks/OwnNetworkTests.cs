namespace P2PStream.Discovery.Tests;

/// <summary>One attacker with a whole /48 of IPv6, which is one node wherever nodes are
/// counted.</summary>
public sealed class OwnNetworkTests
{
    private const string Key = "mnopqrstuvwxyz123456";

    private readonly RawNode _raw = new(new KademliaOptions { Families = DhtFamilies.IPv6 });

    [Fact]
    public void Of_its_hosts_that_ask_us_one_is_pinged_at_a_time()
    {
        for (var i = 1; i <= 20; i++) _raw.Receive(RawNode.Query("ping", ""), Mine(i));
        var sent = _raw.Sent();
        Assert.Equal(20, sent.Count(one => one.Text.Contains("1:y1:r", StringComparison.Ordinal)));
        Assert.Single(sent, one => one.Text.Contains("4:ping", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_its_hosts_that_are_named_one_is_asked()
    {
        var liar = Hosts.At("2001:db8:1::1");
        _raw.Node.Join([liar], default);
        Name(_raw.Sent().Single(), liar);
        var asked = _raw.Sent();
        Assert.Single(asked, sent => sent.To.Network == Mine(1).Network);
        for (var second = 1; second < 100; second++) _raw.Node.Tick(TimeSpan.FromSeconds(second));
        Assert.DoesNotContain(_raw.Sent(), sent => sent.To.Network == Mine(1).Network);
    }

    [Fact]
    public void Its_hosts_together_store_what_one_may()
    {
        for (var i = 1; i < 300; i++)
        {
            // Slow enough for what its network may draw.
            _raw.Now += TimeSpan.FromSeconds(2);
            var key = $"{i:D20}";
            var token = RawNode.Token(_raw.Ask(RawNode.GetPeers(key), Mine(i)));
            _raw.Ask(RawNode.Announce(key, token), Mine(i));
        }

        Assert.Equal(new KademliaOptions().MaxPeersPerAddress, _raw.Node.StoredPeers);
    }

    [Fact]
    public void Its_hosts_do_not_push_out_others_that_may_be_asked_first()
    {
        var membership = _raw.Node.Parts[0].Membership;
        var honest = Hosts.At("2001:db8:2::1");
        membership.Suggest(honest, default);
        for (var i = 1; i < 100; i++) membership.Suggest(Mine(i), default);
        Assert.Equal([honest, Mine(1)], membership.Contacts);
    }

    private void Name((string Text, DhtEndPoint To) query, DhtEndPoint liar)
    {
        var buffer = new byte[KrpcLimits.MaxSentBytes];
        var length = KrpcWriter.WriteReply(buffer, new KrpcReply
        {
            Self = new NodeId("liar-liar-liar-liar!"u8),
            To = liar,
            Transaction = System.Text.Encoding.Latin1.GetBytes(RawNode.Transaction(query.Text)),
            Has = KrpcWant.IPv6,
            Nodes6 = [.. Enumerable.Range(1, 25).Select(i => new CompactNode(
                new NodeId(System.Text.Encoding.ASCII.GetBytes($"self-self-self-s{i:D4}")), Mine(i)))],
        });
        _raw.Node.Receive(buffer.AsSpan(0, length), liar, _raw.Now);
    }

    private static DhtEndPoint Mine(int number) => Hosts.At($"2001:db8:0:{number:x}::1");
}
