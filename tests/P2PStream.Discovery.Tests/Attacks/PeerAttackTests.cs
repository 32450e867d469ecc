using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>Liars among those that name peers.</summary>
public sealed class PeerAttackTests
{
    private readonly RawNode _raw = new();
    private Dictionary<DhtEndPoint, string> _asked = [];

    [Fact]
    public void One_node_adds_few_peers_and_leaves_room_for_others()
    {
        var (liar, honest) = (Hosts.Public(1), Hosts.Public(2));
        Search(liar, honest);
        var named = Enumerable.Range(100, 150).Select(i => Hosts.Public(i)).ToList();
        Name(liar, [.. named]);
        // Peers that are known already do not count.
        Name(honest, [.. named.Take(50), Hosts.Public(900)]);
        Assert.Equal([.. named.Take(50), Hosts.Public(900)], Found());
    }

    [Theory]
    [InlineData("10.0.0.5")]
    [InlineData("100.64.0.5")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.0.5")]
    [InlineData("172.16.0.5")]
    [InlineData("192.168.0.5")]
    public void A_stranger_names_no_peer_in_our_own_network_and_a_neighbour_does(string address)
    {
        var (stranger, neighbour) = (Hosts.Public(1), Hosts.At("10.0.0.1"));
        var (inside, outside) = (Hosts.At(address), Hosts.Public(900));
        Search(stranger, neighbour);
        Name(stranger, inside, outside);
        Assert.Equal([outside], Found());
        Name(neighbour, inside, outside);
        Assert.Equal([inside], Found());
    }

    [Fact]
    public void What_cannot_be_dialled_is_not_told()
    {
        Search(Hosts.Public(1));
        Name(Hosts.Public(1), Hosts.At("0.0.0.0"), Hosts.At("224.0.0.1"), Hosts.Public(9, port: 0));
        Assert.Empty(Found());
    }

    private void Search(params DhtEndPoint[] contacts)
    {
        _raw.Node.Join(contacts, default);
        _raw.Sent();
        _raw.Node.GetPeers(new InfoHash(new NodeId("mnopqrstuvwxyz123456"u8)), default);
        _asked = _raw.Sent().ToDictionary(sent => sent.To, sent => sent.Text);
        Assert.Equal(contacts.Length, _asked.Count);
    }

    private void Name(DhtEndPoint by, params DhtEndPoint[] peers)
    {
        var values = new StringBuilder();
        var bytes = new byte[DhtEndPoint.CompactSize4];
        foreach (var peer in peers)
        {
            peer.WriteCompact(bytes);
            values.Append("6:").Append(Encoding.Latin1.GetString(bytes));
        }

        _raw.Receive(
            $"d1:rd2:id20:{by,20}6:valuesl{values}ee1:t4:{RawNode.Transaction(_asked[by])}1:y1:re", by);
    }

    private List<DhtEndPoint> Found()
    {
        List<DhtEndPoint> found = [];
        while (_raw.Node.TryTake(out var e))
        {
            if (e.Kind == KademliaEventKind.PeerFound) found.Add(e.Peer);
        }

        return found;
    }
}
