using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Fuzz;

/// <summary>A datagram arrives at a Kademlia node: from a stranger, and as the answer to a
/// question.</summary>
public sealed class KrpcTarget : IFuzzTarget
{
    private static readonly DhtEndPoint Remote =
        DhtEndPoint.From(new IPEndPoint(IPAddress.Parse("198.51.100.7"), 6881));

    /// <inheritdoc/>
    public string Name => "krpc";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var node = new KademliaNode(new KademliaOptions(), new NodeId("self-self-self-self!"u8), 1);
        var buffer = new byte[KademliaNode.MaxDatagramBytes];
        node.Join([Remote], TimeSpan.Zero);
        node.GetPeers(InfoHash.FromStream("stream"u8), TimeSpan.Zero);
        Span<byte> transaction = stackalloc byte[4];
        while (node.TryTransmit(buffer, out var length, out _))
        {
            // The transaction ID stands in front of "1:v4:PS..1:y1:qe".
            buffer.AsSpan(length - 20, 4).CopyTo(transaction);
            Receive(node, input, transaction);
        }

        node.Receive(input, Remote, TimeSpan.Zero);
        foreach (var second in (ReadOnlySpan<int>)[0, 1, 3, 16])
        {
            node.Tick(TimeSpan.FromSeconds(second));
            while (node.TryTransmit(buffer, out var length, out _)) Check(buffer.AsSpan(0, length));
        }

        while (node.TryTake(out _))
        {
        }
    }

    /// <summary>Puts the real transaction ID in place of "aaaa", so that a reply gets in.</summary>
    private static void Receive(
        KademliaNode node, ReadOnlySpan<byte> input, ReadOnlySpan<byte> transaction)
    {
        var datagram = input.ToArray();
        var place = datagram.AsSpan().LastIndexOf("aaaa"u8);
        if (place >= 0) transaction.CopyTo(datagram.AsSpan(place));
        node.Receive(datagram, Remote, TimeSpan.FromMilliseconds(1));
    }

    private static void Check(ReadOnlySpan<byte> sent)
    {
        if (!KrpcMessage.TryRead(sent, out _))
            throw new InvalidOperationException("Sent what we would not read.");
    }
}
