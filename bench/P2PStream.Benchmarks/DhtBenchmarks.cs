using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using P2PStream.Discovery;

namespace P2PStream.Benchmarks;

/// <summary>What it costs a DHT node to answer a query, from datagram to datagram. The aim is 0
/// B.</summary>
[MemoryDiagnoser]
public class DhtBenchmarks
{
    private const string Head = "d1:ad2:id20:abcdefghij0123456789";

    private static readonly DhtEndPoint Asker =
        DhtEndPoint.From(new IPEndPoint(IPAddress.Loopback, 6881));

    private readonly byte[] _ping = Encoding.ASCII.GetBytes(Head + "e1:q4:ping1:t2:aa1:y1:qe");
    private readonly byte[] _findNode = Encoding.ASCII.GetBytes(
        Head + "6:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe");

    private readonly byte[] _getPeers = Encoding.ASCII.GetBytes(
        Head + "9:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe");

    private readonly byte[] _buffer = new byte[KademliaNode.MaxDatagramBytes];
    private KademliaNode _node = null!;

    /// <summary>Fills the routing table.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _node = new KademliaNode(new KademliaOptions(), new NodeId("self-self-self-self!"u8), 1);
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var id = new byte[NodeId.Size];
            random.NextBytes(id);
            Introduce(id, DhtEndPoint.From(new IPEndPoint(IPAddress.Loopback, 10_000 + i)));
        }
    }

    /// <summary>A ping.</summary>
    [Benchmark]
    public int Ping() => Answer(_ping);

    /// <summary>find_node: the eight nearest of the whole table.</summary>
    [Benchmark]
    public int FindNode() => Answer(_findNode);

    /// <summary>get_peers: the eight nearest and a token.</summary>
    [Benchmark]
    public int GetPeers() => Answer(_getPeers);

    private int Answer(byte[] query)
    {
        _node.Receive(query, Asker, TimeSpan.Zero);
        var sent = 0;
        while (_node.TryTransmit(_buffer, out var length, out _)) sent += length;
        return sent;
    }

    /// <summary>A node asks, is pinged and answers.</summary>
    private void Introduce(byte[] id, DhtEndPoint from)
    {
        var query = (byte[])_ping.Clone();
        id.CopyTo(query, 12);
        _node.Receive(query, from, TimeSpan.Zero);
        while (_node.TryTransmit(_buffer, out var length, out var to))
        {
            if (to != from || _buffer.AsSpan(0, length).IndexOf("4:ping"u8) < 0) continue;
            byte[] answer = [.. "d1:rd2:id20:"u8, .. id, .. "e1:t4:"u8,
                .. _buffer.AsSpan(length - 20, 4), .. "1:y1:re"u8];
            _node.Receive(answer, from, TimeSpan.Zero);
        }
    }
}
