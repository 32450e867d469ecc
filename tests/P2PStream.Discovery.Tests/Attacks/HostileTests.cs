using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>Strangers, liars and forgers against one node.</summary>
public sealed class HostileTests
{
    private const string Query = "d1:ad2:id20:abcdefghij0123456789";

    private readonly KademliaNode _node =
        new(new KademliaOptions(), new NodeId("self-self-self-self!"u8), 1);

    private readonly byte[] _buffer = new byte[KademliaNode.MaxDatagramBytes];

    [Theory]
    [InlineData(Query + "e1:q4:vote1:t2:aa1:y1:qe", 204)]
    [InlineData("d1:ade1:q4:ping1:t2:aa1:y1:qe", 203)]
    [InlineData(Query + "e1:q9:find_node1:t2:aa1:y1:qe", 203)]
    [InlineData(Query + "6:target3:abce1:q9:find_node1:t2:aa1:y1:qe", 203)]
    [InlineData(Query + "e1:q9:get_peers1:t2:aa1:y1:qe", 203)]
    [InlineData(Query + "9:info_hash20:mnopqrstuvwxyz1234564:porti80e5:token4:fakee1:q13:"
        + "announce_peer1:t2:aa1:y1:qe", 203)]
    [InlineData(Query + "9:info_hash20:mnopqrstuvwxyz1234564:porti0ee1:q13:"
        + "announce_peer1:t2:aa1:y1:qe", 203)]
    [InlineData(Query + "9:info_hash20:mnopqrstuvwxyz1234564:porti65536ee1:q13:"
        + "announce_peer1:t2:aa1:y1:qe", 203)]
    public void A_query_that_lacks_something_is_told_so(string query, int code)
    {
        Receive(query, Hosts.Public(1));
        var reply = Assert.Single(Sent(), datagram => datagram.Text.Contains("1:y1:e"));
        Assert.Contains($"d1:eli{code}e", reply.Text, StringComparison.Ordinal);
        Assert.Contains("1:t2:aa", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("d1:y1:re")]
    [InlineData("d1:rd2:id20:abcdefghij0123456789e1:t4:aaaa1:y1:re")]
    [InlineData("d1:eli201e1:xe1:t4:aaaa1:y1:ee")]
    [InlineData("d1:rd2:id20:abcdefghij0123456789e1:t64:"
        + "0123456789012345678901234567890123456789012345678901234567890123" + "1:y1:re")]
    public void What_nobody_asked_for_is_ignored(string datagram)
    {
        Receive(datagram, Hosts.Public(1));
        Assert.Empty(Sent());
        Assert.Equal(0, _node.RoutingTableSize);
    }

    [Fact]
    public void A_short_id_is_answered_but_never_kept()
    {
        Receive("d1:ad2:id4:abcde1:q4:ping1:t2:aa1:y1:qe", Hosts.Public(1));
        var reply = Assert.Single(Sent());
        Assert.Contains("1:rd2:id20:self-self-self-self!e", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_read_only_node_is_answered_but_never_asked()
    {
        Receive(Query + "e1:q4:ping2:roi1e1:t2:aa1:y1:qe", Hosts.Public(1));
        Assert.Contains("1:y1:r", Assert.Single(Sent()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stranger_is_kept_only_after_it_has_answered_from_where_it_was_asked()
    {
        Receive(Query + "e1:q4:ping1:t2:aa1:y1:qe", Hosts.Public(1));
        var ping = Assert.Single(Sent(), datagram => datagram.Text.Contains("4:ping"));
        Assert.Equal(Hosts.Public(1), ping.To);
        Assert.Equal(0, _node.RoutingTableSize);
        var answer = "d1:rd2:id20:abcdefghij0123456789e1:t4:" + Transaction(ping.Text) + "1:y1:re";
        Receive(answer, Hosts.Public(2));
        Receive(answer, Hosts.Public(1, port: 1));
        Assert.Equal(0, _node.RoutingTableSize);
        Receive(answer, Hosts.Public(1));
        Assert.Equal(1, _node.RoutingTableSize);
    }

    [Fact]
    public void Unusable_sources_are_ignored()
    {
        foreach (var address in new[] { "0.0.0.0", "224.0.0.1", "255.255.255.255", "2001:db8::1" })
            Receive(Query + "e1:q4:ping1:t2:aa1:y1:qe", Hosts.At(address));
        Receive(Query + "e1:q4:ping1:t2:aa1:y1:qe", Hosts.Public(1, port: 0));
        Assert.Empty(Sent());
    }

    [Fact]
    public void A_liar_who_names_a_thousand_nodes_is_believed_for_few()
    {
        var liar = Hosts.Public(1);
        var search = _node.FindNode(new NodeId("mnopqrstuvwxyz123456"u8), TimeSpan.Zero);
        Assert.Empty(Sent());
        Assert.True(_node.TryTake(out var ended));
        Assert.Equal((search, 0), (ended.Operation, ended.Count));
        _node.Join([liar], TimeSpan.Zero);
        var ask = Assert.Single(Sent());
        var names = new StringBuilder();
        for (var i = 0; i < 100; i++)
            names.Append($"{i:D20}\u0014\u0001{(char)i}\u0001\u0010\u0010");
        Receive(
            $"d1:rd2:id20:abcdefghij01234567895:nodes2600:{names}e1:t4:"
                + $"{Transaction(ask.Text)}1:y1:re",
            liar);
        var asked = Sent();
        Assert.InRange(asked.Count, 1, new KademliaOptions().LookupWidth);
        for (var second = 1; second < 600; second++) _node.Tick(TimeSpan.FromSeconds(second));
        Assert.InRange(Sent().Select(sent => sent.To).Distinct().Count(), 1, 34);
    }

    private void Receive(string datagram, DhtEndPoint from) =>
        _node.Receive(Encoding.Latin1.GetBytes(datagram), from, TimeSpan.Zero);

    private List<(string Text, DhtEndPoint To)> Sent()
    {
        List<(string, DhtEndPoint)> sent = [];
        while (_node.TryTransmit(_buffer, out var length, out var to))
            sent.Add((Encoding.Latin1.GetString(_buffer, 0, length), to));
        return sent;
    }

    private static string Transaction(string query) =>
        query.Substring(query.LastIndexOf("1:t4:", StringComparison.Ordinal) + 5, 4);
}
