using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Fuzz;

/// <summary>A datagram arrives at a Kademlia node of both families: from a stranger, with a token
/// that is good, and as the answer to each kind of question.</summary>
public sealed class KrpcTarget : IFuzzTarget
{
    private const int TokenBytes = 8;

    private static readonly DhtEndPoint Remote =
        DhtEndPoint.From(new IPEndPoint(IPAddress.Parse("198.51.100.7"), 6881));

    private static readonly DhtEndPoint Remote6 =
        DhtEndPoint.From(new IPEndPoint(IPAddress.Parse("2001:db8::7"), 6881));

    private static readonly DhtItem Item =
        DhtItem.Sign(new byte[DhtItem.SeedBytes], [], 1, "12:Hello World!"u8);

    /// <inheritdoc/>
    public string Name => "krpc";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var node = new KademliaNode(
            new KademliaOptions { Families = DhtFamilies.Both },
            new NodeId("self-self-self-self!"u8), 1);
        node.Join([Remote, Remote6], TimeSpan.Zero);
        var key = InfoHash.FromStream("stream"u8);
        node.GetPeers(key, TimeSpan.Zero);
        node.Scrape(key, TimeSpan.Zero);
        node.Announce(key, 80, TimeSpan.Zero);
        node.GetItem(Item.Target, [], TimeSpan.Zero);
        node.GetItem(DhtItem.TargetOf("i1e"u8), [], TimeSpan.Zero);
        node.PutItem(Item, TimeSpan.Zero);
        node.SampleInfoHashes(key.Key, TimeSpan.Zero);
        Exchange(node, input);
        node.Receive(input, Remote, TimeSpan.Zero);
        Present(node, input);
        foreach (var second in (ReadOnlySpan<int>)[0, 1, 3, 16])
        {
            node.Tick(TimeSpan.FromSeconds(second));
            Exchange(node, input);
        }

        while (node.TryTake(out var e)) Check(e);
    }

    /// <summary>Answers what the node asks with the input.</summary>
    private static void Exchange(KademliaNode node, ReadOnlySpan<byte> input)
    {
        var buffer = new byte[KademliaNode.MaxDatagramBytes];
        var rounds = 0;
        while (node.TryTransmit(buffer, out var length, out var to) && rounds++ < 100)
        {
            var sent = buffer.AsSpan(0, length);
            if (!KrpcMessage.TryRead(sent, out var message))
                throw new InvalidOperationException("Sent what we would not read.");
            if (message.Kind == KrpcKind.Query)
                Replace(node, input, "aaaa"u8, message.Transaction, to);
        }
    }

    /// <summary>Gets a token for the input's target, and sends the input with it in place of
    /// "tokentok".</summary>
    private static void Present(KademliaNode node, ReadOnlySpan<byte> input)
    {
        if (!KrpcMessage.TryRead(input, out var query) || query.Kind != KrpcKind.Query) return;
        var target = query.Method == KrpcMethod.Put && query.Value.Length <= DhtItem.MaxValueBytes
            && query.Salt.Length <= DhtItem.MaxSaltBytes
            ? TargetOf(query).ToArray()
            : query.InfoHash.ToArray();
        byte[] get = [.. "d1:ad2:id20:abcdefghij01234567896:target"u8,
            .. System.Text.Encoding.ASCII.GetBytes($"{target.Length}:"), .. target,
            .. "e1:q3:get1:t2:aa1:y1:qe"u8];
        node.Receive(get, Remote, TimeSpan.Zero);
        var buffer = new byte[KademliaNode.MaxDatagramBytes];
        byte[] token = [];
        while (node.TryTransmit(buffer, out var length, out _))
        {
            if (KrpcMessage.TryRead(buffer.AsSpan(0, length), out var reply)
                && reply.Token.Length == TokenBytes && reply.Kind == KrpcKind.Reply)
                token = reply.Token.ToArray();
        }

        if (token.Length > 0) Replace(node, input, "tokentok"u8, token, Remote);
    }

    private static NodeId TargetOf(in KrpcMessage query) => query.PublicKey.IsEmpty
        ? DhtItem.TargetOf(query.Value)
        : query.PublicKey.Length == DhtItem.PublicKeyBytes
            ? DhtItem.TargetOf(query.PublicKey, query.Salt)
            : default;

    private static void Replace(KademliaNode node, ReadOnlySpan<byte> input,
        ReadOnlySpan<byte> placeholder, ReadOnlySpan<byte> value, DhtEndPoint from)
    {
        var datagram = input.ToArray();
        var place = datagram.AsSpan().LastIndexOf(placeholder);
        if (place >= 0) value.CopyTo(datagram.AsSpan(place));
        node.Receive(datagram, from, TimeSpan.FromMilliseconds(1));
    }

    private static void Check(in KademliaEvent e)
    {
        if (e.Item is not { } item) return;
        var isTrue = item.IsMutable
            ? DhtItem.TryVerify(item.PublicKey.Span, item.Salt.Span, item.Sequence,
                item.Value.Span, item.Signature.Span, out _)
            : DhtItem.TargetOf(item.Value.Span) == item.Target;
        if (!isTrue) throw new InvalidOperationException("An item that does not verify.");
    }
}
