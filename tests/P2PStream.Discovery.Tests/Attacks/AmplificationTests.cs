namespace P2PStream.Discovery.Tests;

/// <summary>Forged queries, to turn a node on a victim.</summary>
public sealed class AmplificationTests
{
    private const string Key = "mnopqrstuvwxyz123456";

    public static TheoryData<string> Queries =>
    [
        RawNode.Query("ping", ""),
        RawNode.Query("find_node", "6:target20:" + Key),
        RawNode.GetPeers(Key),
        RawNode.Query("get_peers", $"9:info_hash20:{Key}6:scrapei1e4:wantl2:n42:n6e"),
        RawNode.Query("get", "6:target20:" + Key),
        RawNode.Query("sample_infohashes", "6:target20:" + Key),
        RawNode.Query("put", "5:token1:x1:vi1e"),
        RawNode.Query("nonsense", ""),
    ];

    [Theory]
    [MemberData(nameof(Queries))]
    public void They_draw_a_bounded_number_of_bytes(string query)
    {
        var raw = new RawNode();
        for (var i = 0; i < 300; i++) raw.Receive(RawNode.Query("ping", ""), Hosts.Public(i));
        raw.Sent();
        long drawn = 0;
        for (var i = 0; i < 10_000; i++)
        {
            raw.Now = TimeSpan.FromMilliseconds(i);
            // Each from another address and port of the victim's network.
            raw.Receive(query, Hosts.At($"99.1.2.{i % 250 + 1}", 1 + i));
            drawn += raw.Sent().Where(sent => sent.To.Network == Hosts.At("99.1.2.1").Network)
                .Sum(sent => sent.Text.Length);
        }

        var options = new KademliaOptions();
        Assert.InRange(
            drawn, 1, options.UnprovenBurstBytes + options.UnprovenBytesPerSecond * 10);
        Assert.True(raw.Node.Counters.Dropped(DhtDrop.OverBudget) > 5000);
    }

    [Fact]
    public void Who_has_proven_its_address_is_served()
    {
        var raw = new RawNode();
        var honest = Hosts.Public(1);
        raw.Receive(RawNode.Query("ping", ""), honest);
        var ping = raw.Sent().Single(
            sent => sent.Text.Contains("4:ping", StringComparison.Ordinal));
        raw.Receive(
            $"d1:rd2:id20:abcdefghij0123456789e1:t4:{RawNode.Transaction(ping.Text)}1:y1:re",
            honest);
        for (var i = 0; i < 1000; i++)
            Assert.NotEqual("", raw.Ask(RawNode.GetPeers(Key), honest));
    }
}
