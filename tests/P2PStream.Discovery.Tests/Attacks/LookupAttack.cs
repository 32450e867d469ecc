namespace P2PStream.Discovery.Tests;

/// <summary>Liars in a network of honest nodes, and newcomers that know one of each.</summary>
public abstract class LookupAttack
{
    private protected static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);
    private static readonly NodeId LiarId = new("liar-liar-liar-liar!"u8);

    private protected LookupAttack(VirtualNetwork network) => Network = network;

    private protected VirtualNetwork Network { get; }

    /// <summary>Twenty newcomers each know a liar, which names all who keep the key, and an honest
    /// node.</summary>
    private protected void AreFoundAllTheSame(
        int first, Func<NodeId, int, DhtEndPoint, CompactNode> name)
    {
        Announce();
        var keepers = Network.Hosts.OrderBy(host => host.Node.Id ^ Key.Key).Take(30)
            .Select(host => host.EndPoint).ToList();
        var (told, found) = (0, 0);
        for (var i = 0; i < 20; i++)
        {
            var liar = Hosts.Public(first + i);
            Lie(liar, target =>
            {
                told++;
                return [.. keepers.Select((keeper, n) => name(target, n, keeper))];
            });
            var host = Newcomer(
                Hosts.Public(first + 50 + i), [liar, Network.Hosts[100 + i].EndPoint]);
            var search = Network.Do(host, (node, now) => node.GetPeers(Key, now));
            Network.Finish(host, search);
            found += host.Peers(search).Any() ? 1 : 0;
        }

        Assert.InRange(told, 20, 1000);
        Assert.Equal(20, found);
    }

    /// <summary>A node that knows nobody but these; it looks up before it has joined.</summary>
    private protected VirtualHost Newcomer(DhtEndPoint endPoint, DhtEndPoint[] contacts)
    {
        var host = Network.Add(endPoint);
        Network.Do(host, (node, now) => node.Join(contacts, now));
        return host;
    }

    private protected void Lie(DhtEndPoint own, Func<NodeId, CompactNode[]> name) =>
        Network.Add(own, (datagram, from) => Answer(datagram, own, from, name));

    private protected void Announce()
    {
        var publisher = Network.Hosts[17];
        var announce = Network.Do(publisher, (node, now) => node.Announce(Key, 4242, now));
        Assert.True(Network.Finish(publisher, announce).Count >= 8);
    }

    private protected void Answer(ReadOnlySpan<byte> datagram, DhtEndPoint own,
        DhtEndPoint to, Func<NodeId, CompactNode[]> name, NodeId? id = null)
    {
        if (!KrpcMessage.TryRead(datagram, out var query) || query.Kind != KrpcKind.Query) return;
        var key = query.Target.IsEmpty ? query.InfoHash : query.Target;
        LyingReply.Send(Network, query, id ?? LiarId, own, to,
            key.Length == NodeId.Size ? name(new NodeId(key)) : []);
    }

    private protected static NodeId Beside(NodeId target, int number) => Change(target, 18, number);

    private protected static NodeId Far(NodeId target, int number)
    {
        var bytes = Change(target, 18, number).ToArray();
        bytes[0] ^= 0xff;
        return new NodeId(bytes);
    }

    private static NodeId Change(NodeId id, int place, int number)
    {
        var bytes = id.ToArray();
        bytes[place] ^= (byte)(number >> 8);
        bytes[place + 1] ^= (byte)(number + 1);
        return new NodeId(bytes);
    }
}
