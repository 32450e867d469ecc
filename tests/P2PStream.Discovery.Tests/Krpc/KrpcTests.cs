using System.Text;

namespace P2PStream.Discovery.Tests;

public sealed class KrpcTests
{
    private static readonly NodeId Self = new("abcdefghij0123456789"u8);
    private static readonly NodeId Target = new("mnopqrstuvwxyz123456"u8);

    [Theory]
    [InlineData("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe", "Ping")]
    [InlineData("d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node"
        + "1:t2:aa1:y1:qe", "FindNode")]
    [InlineData("d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers"
        + "1:t2:aa1:y1:qe", "GetPeers")]
    [InlineData("d1:ad2:id20:abcdefghij012345678912:implied_porti1e9:info_hash20:"
        + "mnopqrstuvwxyz1234564:porti6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe",
        "AnnouncePeer")]
    public void The_queries_of_BEP_5_are_read(string text, string method)
    {
        Assert.True(KrpcMessage.TryRead(Encoding.ASCII.GetBytes(text), out var message));
        Assert.Equal(KrpcKind.Query, message.Kind);
        Assert.Equal(method, message.Method.ToString());
        Assert.Equal("aa"u8, message.Transaction);
        Assert.Equal(Self, new NodeId(message.Id));
        if (message.Method == KrpcMethod.FindNode) Assert.Equal(Target, new NodeId(message.Target));
        if (message.Method != KrpcMethod.AnnouncePeer) return;
        Assert.Equal(Target, new NodeId(message.InfoHash));
        Assert.Equal(6881, message.Port);
        Assert.True(message.ImpliedPort);
        Assert.Equal("aoeusnth"u8, message.Token);
    }

    [Fact]
    public void The_replies_of_BEP_5_are_read()
    {
        var text = "d1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee"
            + "1:t2:aa1:y1:re";
        Assert.True(KrpcMessage.TryRead(Encoding.ASCII.GetBytes(text), out var message));
        Assert.Equal(KrpcKind.Reply, message.Kind);
        Assert.Equal("l6:axje.u6:idhtnme"u8, message.Values);
        Assert.Equal("aoeusnth"u8, message.Token);
        Assert.True(KrpcMessage.TryRead(
            "d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee"u8, out message));
        Assert.Equal(KrpcKind.Error, message.Kind);
        Assert.Equal(201, message.ErrorCode);
    }

    [Theory]
    // Keys in any order, unknown keys and values of another kind: as BEPs 32, 42, 43 and clients
    // do.
    [InlineData("d1:y1:q1:t2:aa1:q4:ping1:ad2:id20:abcdefghij0123456789ee")]
    [InlineData("d1:ad2:id20:abcdefghij01234567894:wantl2:n42:n6ee2:ip6:abcdef1:q4:ping2:roi1e"
        + "1:t2:aa1:v4:LT\u0001\u00021:y1:qe")]
    [InlineData("d1:ad2:id20:abcdefghij01234567894:port4:texte1:q4:ping1:t2:aa1:y1:qe")]
    [InlineData("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qetrailing")]
    public void What_clients_add_is_passed_over(string text)
    {
        Assert.True(KrpcMessage.TryRead(Encoding.Latin1.GetBytes(text), out var message));
        Assert.Equal(Self, new NodeId(message.Id));
        Assert.Equal(KrpcMethod.Ping, message.Method);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("de")]
    [InlineData("le")]
    [InlineData("d1:y1:xe")]
    [InlineData("d1:y1:q1:te")]
    [InlineData("d1:y1:q1:t2:aa")]
    [InlineData("di1e1:ae")]
    [InlineData("d1:t99:aae")]
    [InlineData("d1:rd2:id20:shorte1:t2:aa1:y1:re")]
    [InlineData("d1:t33:0123456789012345678901234567890121:y1:qe")]
    public void What_is_no_message_is_refused(string text) =>
        Assert.False(KrpcMessage.TryRead(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Values_of_another_kind_are_treated_as_absent()
    {
        Assert.True(KrpcMessage.TryRead(
            "d1:ad2:idi7e4:port3:abc5:tokenlee1:q4:ping1:t2:aa1:y1:qe"u8, out var message));
        Assert.True(message.Id.IsEmpty);
        Assert.True(message.Token.IsEmpty);
        Assert.Equal(-1, message.Port);
    }

    [Fact]
    public void Queries_are_written_canonically()
    {
        var buffer = new byte[200];
        var length = KrpcWriter.WriteQuery(buffer, new KrpcQuery
        {
            Method = KrpcMethod.AnnouncePeer,
            Transaction = 0x61626364,
            Self = Self,
            Target = Target,
            Token = "tk"u8,
            Port = 80,
        });
        Assert.Equal(
            "d1:ad2:id20:abcdefghij012345678912:implied_porti0e9:info_hash20:mnopqrstuvwxyz123456"
            + "4:porti80e5:token2:tke1:q13:announce_peer1:t4:abcd1:v4:PS\0\u00011:y1:qe",
            Encoding.Latin1.GetString(buffer, 0, length));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_largest_reply_fits(bool isIPv6)
    {
        var address = isIPv6 ? "2001:db8::7" : "198.51.100.7";
        var endPoint = DhtEndPoint.From(new(System.Net.IPAddress.Parse(address), 4000));
        var nodes = Enumerable.Repeat(new CompactNode(Target, endPoint), 8).ToArray();
        var values = Enumerable.Repeat(endPoint, 200).ToArray();
        var buffer = new byte[KrpcLimits.MaxSentBytes];
        var length = KrpcWriter.WriteReply(buffer, new KrpcReply
        {
            Self = Self,
            To = endPoint,
            Transaction = new byte[KrpcLimits.MaxTransactionBytes],
            Has = isIPv6 ? KrpcWant.IPv6 : KrpcWant.IPv4,
            Nodes = isIPv6 ? default : nodes,
            Nodes6 = isIPv6 ? nodes : default,
            Token = "12345678"u8,
            Values = values,
        });
        Assert.InRange(length, 900, KrpcLimits.UsualBytes);
        Assert.True(KrpcMessage.TryRead(buffer.AsSpan(0, length), out var message));
        Assert.True(message.Values.Length > 100);
        var list = isIPv6 ? message.Nodes6 : message.Nodes;
        var size = isIPv6 ? CompactNode.Size6 : CompactNode.Size4;
        for (var i = 0; i < 8; i++)
        {
            Assert.True(CompactNode.TryTake(ref list, size, out var node));
            Assert.Equal(nodes[i], node);
        }

        Assert.False(CompactNode.TryTake(ref list, size, out _));
    }
}
