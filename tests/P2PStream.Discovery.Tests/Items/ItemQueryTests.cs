using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>The queries of BEP 44 on the wire, to one node.</summary>
public sealed class ItemQueryTests
{
    private const string Head = "d1:ad2:id20:abcdefghij0123456789";

    private static readonly DhtItem Item =
        DhtItem.Sign(new byte[DhtItem.SeedBytes], "salt"u8, 3, "d1:ai1ee"u8);

    private readonly KademliaNode _node =
        new(new KademliaOptions(), new NodeId("self-self-self-self!"u8), 1);

    [Fact]
    public void An_item_is_put_with_a_token_and_got_byte_for_byte()
    {
        var reply = Ask(Get(Item.Target), 1);
        Assert.DoesNotContain("1:v8:d1", reply, StringComparison.Ordinal);
        Assert.Contains("1:y1:r", Ask(Put(Item, Token(reply)), 1), StringComparison.Ordinal);
        Assert.Equal(1, _node.StoredItems);
        reply = Ask(Get(Item.Target), 2);
        Assert.Contains("3:seqi3e3:sig64:" + Latin(Item.Signature), reply,
            StringComparison.Ordinal);
        Assert.Contains("1:k32:" + Latin(Item.PublicKey), reply, StringComparison.Ordinal);
        Assert.Contains("1:vd1:ai1ee", reply, StringComparison.Ordinal);
        Assert.Contains("5:nodes0:", reply, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_knows_the_version_is_told_its_number_only()
    {
        Ask(Put(Item, Token(Ask(Get(Item.Target), 1))), 1);
        foreach (var (sequence, isSent) in new[] { (2, true), (3, false), (4, false) })
        {
            var reply = Ask(Get(Item.Target, $"3:seqi{sequence}e"), 1);
            Assert.Contains("3:seqi3e", reply, StringComparison.Ordinal);
            Assert.Equal(isSent, reply.Contains("1:vd1:ai1ee", StringComparison.Ordinal));
            Assert.Equal(isSent, reply.Contains("1:k32:", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_token_stores_for_its_address_and_its_target_alone()
    {
        var token = Token(Ask(Get(Item.Target), 1));
        var other = DhtItem.Immutable("i1e"u8);
        foreach (var reply in new[]
        {
            Ask(Put(Item, "12345678"), 1), Ask(Put(Item, token), 2), Ask(Put(other, token), 1),
        })
        {
            Assert.Contains("d1:eli203e9:Bad token", reply, StringComparison.Ordinal);
        }

        Assert.Equal(0, _node.StoredItems);
        Assert.Equal(3, _node.Counters.ErrorsSent);
        Assert.Equal(3, _node.Counters.QueriesReceived(KrpcMethod.Put));
    }

    [Theory]
    [InlineData("e1:q3:get1:t2:aa1:y1:qe", 203)]
    [InlineData("6:target3:abce1:q3:get1:t2:aa1:y1:qe", 203)]
    [InlineData("5:token1:x1:vi1ee1:q3:put1:t2:aa1:y1:qe", 203)]
    [InlineData("5:token1:xe1:q3:put1:t2:aa1:y1:qe", 203)]
    [InlineData("4:salt65:0123456789012345678901234567890123456789012345678901234567890123"
        + "45:token1:x1:vi1ee1:q3:put1:t2:aa1:y1:qe", 207)]
    public void A_query_that_lacks_something_is_told_so(string tail, int code) =>
        Assert.StartsWith($"d1:eli{code}e", Ask(Head + tail, 1));

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(1100)]
    [InlineData(3000)]
    public void A_key_of_another_length_than_32_is_refused(int length)
    {
        var key = $"1:k{length}:{new string('x', length)}";
        foreach (var salt in new[] { "", "4:salt1:x" })
        {
            Assert.StartsWith("d1:eli203e",
                Ask(Head + key + salt + "5:token1:x1:vi1ee1:q3:put1:t2:aa1:y1:qe", 1));
        }
    }

    [Theory]
    [InlineData(31)]
    [InlineData(1100)]
    public void A_reply_with_a_key_of_another_length_is_no_item(int length)
    {
        var reply = Encoding.Latin1.GetBytes(
            $"d1:rd2:id20:abcdefghij01234567891:k{length}:{new string('x', length)}"
            + $"3:seqi1e3:sig64:{new string('s', 64)}1:vi1ee1:t2:aa1:y1:re");
        Assert.True(KrpcMessage.TryRead(reply, out var message));
        Assert.Equal(length, message.PublicKey.Length);
        Assert.Null(DhtItem.From(message, Item.Target, "salt"u8));
    }

    [Fact]
    public void A_value_of_more_than_a_thousand_bytes_is_refused() => Assert.StartsWith(
        "d1:eli205e",
        Ask(Head + "5:token1:x1:v997:" + new string('x', 997) + "e1:q3:put1:t2:aa1:y1:qe", 1));

    [Fact]
    public void The_largest_item_fits_a_datagram_with_some_nodes()
    {
        var endPoint = Hosts.Public(1);
        var nodes = Enumerable.Repeat(new CompactNode(Item.Target, endPoint), 8).ToArray();
        var large = DhtItem.Sign(new byte[32], new byte[64], long.MaxValue, Large);
        var buffer = new byte[KrpcLimits.MaxSentBytes];
        var length = KrpcWriter.WriteReply(buffer, new KrpcReply
        {
            To = Hosts.At("2001:db8::1"),
            Transaction = new byte[4],
            Has = KrpcWant.IPv4 | KrpcWant.IPv6,
            Nodes = nodes,
            Token = new byte[8],
            Value = large.Value.Span,
            PublicKey = large.PublicKey.Span,
            Signature = large.Signature.Span,
            Sequence = large.Sequence,
        });
        Assert.True(KrpcMessage.TryRead(buffer.AsSpan(0, length), out var message));
        Assert.InRange(message.Nodes.Length, 3 * CompactNode.Size4, 8 * CompactNode.Size4);
        Assert.Equal(large.Value.Span, message.Value);
        length = KrpcWriter.WriteQuery(buffer, new KrpcQuery
        {
            Method = KrpcMethod.Put,
            Token = new byte[KrpcLimits.MaxTokenBytes],
            Item = large,
            Cas = long.MaxValue - 1,
            IsReadOnly = true,
        });
        Assert.True(KrpcMessage.TryRead(buffer.AsSpan(0, length), out message));
        Assert.Equal(large.Salt.Span, message.Salt);
        Assert.Equal(long.MaxValue, message.Sequence);
        Assert.Equal(long.MaxValue - 1, message.Cas);
        Assert.NotNull(DhtItem.From(message, large.Target, message.Salt));
    }

    private static byte[] Large { get; } =
        Encoding.ASCII.GetBytes("996:" + new string('x', 996));

    private string Ask(string query, int host)
    {
        _node.Receive(Encoding.Latin1.GetBytes(query), Hosts.Public(host), TimeSpan.Zero);
        var buffer = new byte[KademliaNode.MaxDatagramBytes];
        var reply = "";
        while (_node.TryTransmit(buffer, out var length, out _))
        {
            var text = Encoding.Latin1.GetString(buffer, 0, length);
            if (!text.EndsWith("1:y1:qe", StringComparison.Ordinal)) reply = text;
        }

        return reply;
    }

    private static string Get(NodeId target, string more = "") =>
        Head + more + "6:target20:" + Encoding.Latin1.GetString(target.ToArray())
            + "e1:q3:get1:t2:aa1:y1:qe";

    private static string Put(DhtItem item, string token)
    {
        var text = new StringBuilder(Head);
        if (item.IsMutable)
        {
            text.Append("1:k32:").Append(Latin(item.PublicKey))
                .Append("4:salt").Append(item.Salt.Length).Append(':').Append(Latin(item.Salt))
                .Append("3:seqi").Append(item.Sequence).Append('e')
                .Append("3:sig64:").Append(Latin(item.Signature));
        }

        return text.Append("5:token").Append(token.Length).Append(':').Append(token)
            .Append("1:v").Append(Latin(item.Value)).Append("e1:q3:put1:t2:aa1:y1:qe").ToString();
    }

    private static string Token(string reply) =>
        reply.Substring(reply.IndexOf("5:token8:", StringComparison.Ordinal) + 9, 8);

    private static string Latin(ReadOnlyMemory<byte> bytes) =>
        Encoding.Latin1.GetString(bytes.Span);
}
