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

    private const string Key = "mnopqrstuvwxyz123456";

    private static readonly DhtItem Item =
        DhtItem.Sign(new byte[DhtItem.SeedBytes], "salt"u8, 3, "12:Hello World!"u8);

    private readonly byte[] _ping = Query("ping", "");
    private readonly byte[] _findNode = Query("find_node", "6:target20:" + Key);
    private readonly byte[] _getPeers = Query("get_peers", "9:info_hash20:" + Key);
    private readonly byte[] _scrape =
        Query("get_peers", $"9:info_hash20:{Key}6:scrapei1e");

    private readonly byte[] _get =
        Query("get", "6:target20:" + Encoding.Latin1.GetString(Item.Target.ToArray()));

    private readonly byte[] _sample = Query("sample_infohashes", "6:target20:" + Key);
    private readonly byte[] _buffer = new byte[KademliaNode.MaxDatagramBytes];
    private readonly byte[] _rest = new byte[KademliaNode.MaxDatagramBytes];
    private readonly byte[][] _versions = new byte[2][];
    private byte[] _announce = [];
    private KademliaNode _node = null!;

    /// <summary>Fills the routing table and the stores.</summary>
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

        var token = TokenFor(_getPeers);
        for (var port = 1; port <= 60; port++)
            Answer(Announce(token, port));
        _announce = Announce(token, 1);
        token = TokenFor(_get);
        Answer(Put(token, Item));
        _versions[0] = Put(token, Item);
        // A wrong signature of a newer version costs what a right one does, and can be repeated.
        _versions[1] = Put(token, Item, sequence: 4);
        if (_node.StoredItems != 1 || _node.StoredPeers != 60)
            throw new InvalidOperationException("The node stored nothing.");
    }

    /// <summary>A ping.</summary>
    [Benchmark]
    public int Ping() => Answer(_ping);

    /// <summary>find_node: the eight nearest of the whole table.</summary>
    [Benchmark]
    public int FindNode() => Answer(_findNode);

    /// <summary>get_peers: the eight nearest, a token and fifty of sixty peers.</summary>
    [Benchmark]
    public int GetPeers() => Answer(_getPeers);

    /// <summary>The same with the filters of BEP 33.</summary>
    [Benchmark]
    public int Scrape() => Answer(_scrape);

    /// <summary>announce_peer of a peer that is known.</summary>
    [Benchmark]
    public int AnnouncePeer() => Answer(_announce);

    /// <summary>get: a mutable item, eight nodes and a token.</summary>
    [Benchmark]
    public int Get() => Answer(_get);

    /// <summary>put of the version that is kept.</summary>
    [Benchmark]
    public int PutAgain() => Answer(_versions[0]);

    /// <summary>put whose signature has to be verified.</summary>
    [Benchmark]
    public int PutVerified() => Answer(_versions[1]);

    /// <summary>sample_infohashes.</summary>
    [Benchmark]
    public int SampleInfoHashes() => Answer(_sample);

    private int Answer(byte[] query)
    {
        _node.Receive(query, Asker, TimeSpan.Zero);
        // The answer comes first; a ping of ours may follow.
        _node.TryTransmit(_buffer, out var sent, out _);
        while (_node.TryTransmit(_rest, out var length, out _)) sent += length;
        return sent;
    }

    private string TokenFor(byte[] query)
    {
        Answer(query);
        var text = Encoding.Latin1.GetString(_buffer);
        return text.Substring(text.IndexOf("5:token8:", StringComparison.Ordinal) + 9, 8);
    }

    private static byte[] Announce(string token, int port) => Query(
        "announce_peer", $"9:info_hash20:{Key}4:porti{port}e5:token8:{token}");

    private static byte[] Put(string token, DhtItem item, long? sequence = null) => Query("put",
        $"1:k32:{Latin(item.PublicKey)}4:salt4:salt3:seqi{sequence ?? item.Sequence}e"
        + $"3:sig64:{Latin(item.Signature)}5:token8:{token}1:v{Latin(item.Value)}");

    private static byte[] Query(string method, string arguments) => Encoding.Latin1.GetBytes(
        $"{Head}{arguments}e1:q{method.Length}:{method}1:t2:aa1:y1:qe");

    private static string Latin(ReadOnlyMemory<byte> bytes) =>
        Encoding.Latin1.GetString(bytes.Span);

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
