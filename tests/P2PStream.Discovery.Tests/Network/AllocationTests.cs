using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>Answering allocates nothing, so that a flood of queries makes no garbage.</summary>
public sealed class AllocationTests
{
    private const string Key = "mnopqrstuvwxyz123456";

    private static readonly DhtEndPoint Asker = Hosts.Loopback(9);
    private static readonly DhtItem Item =
        DhtItem.Sign(new byte[DhtItem.SeedBytes], "salt"u8, 3, "i42e"u8);

    private readonly KademliaNode _node;
    private readonly VirtualNetwork _network = new(1) { Delay = (1, 2) };
    private readonly byte[] _buffer = new byte[KademliaNode.MaxDatagramBytes];
    private readonly byte[] _rest = new byte[KademliaNode.MaxDatagramBytes];

    public AllocationTests()
    {
        for (var i = 0; i < 20; i++)
        {
            var host = _network.Add(Hosts.Loopback(1000 + i));
            _network.Do(host, (n, now) => n.Join([Hosts.Loopback(1000)], now));
            _network.RunFor(TimeSpan.FromSeconds(1));
        }

        _node = _network.Hosts[0].Node;
        var token = RawNode.Token(Encoding.Latin1.GetString(Answer(RawNode.GetPeers(Key))));
        Answer(RawNode.Announce(Key, token));
        Answer(Put(RawNode.Token(Encoding.Latin1.GetString(Answer(Get(Item.Target))))));
        Assert.Equal((1, 1), (_node.StoredPeers, _node.StoredItems));
    }

    public static TheoryData<string> Queries =>
    [
        RawNode.Query("ping", ""),
        RawNode.Query("find_node", "6:target20:" + Key),
        RawNode.Query("find_node", $"6:target20:{Key}4:wantl2:n42:n6e"),
        RawNode.GetPeers(Key),
        RawNode.Query("get_peers", $"9:info_hash20:{Key}6:noseedi1e6:scrapei1e"),
        RawNode.Announce(Key, "xx"),
        Get(Item.Target),
        Get(new NodeId("abcdefghij0123456789"u8)),
        RawNode.Query("sample_infohashes", "6:target20:" + Key),
        RawNode.Query("put", "5:token2:xx1:vi1e"),
        RawNode.Query("nonsense", ""),
        "d1:t2:aa1:y1:qe",
        "garbage",
    ];

    [Theory]
    [MemberData(nameof(Queries))]
    public void Queries_are_answered_without_garbage(string query) => AssertFree(query);

    [Fact]
    public void An_announce_that_is_repeated_makes_no_garbage() => AssertFree(RawNode.Announce(
        Key, RawNode.Token(Encoding.Latin1.GetString(Answer(RawNode.GetPeers(Key))))));

    [Fact]
    public void An_item_that_is_put_again_makes_no_garbage() =>
        AssertFree(Put(RawNode.Token(Encoding.Latin1.GetString(Answer(Get(Item.Target))))));

    [Fact]
    public void A_newer_version_uses_the_room_of_the_older()
    {
        var token = RawNode.Token(Encoding.Latin1.GetString(Answer(Get(Item.Target))));
        var versions = Enumerable.Range(4, (Allocations.MostRounds + 1) * 50).Select(i => Encoding.Latin1.GetBytes(Put(
            token, DhtItem.Sign(new byte[DhtItem.SeedBytes], "salt"u8, i, "i42e"u8)))).ToList();
        var next = 0;
        Assert.Equal(0, Least(() => Answer(versions[next++]), versions.Count / (Allocations.MostRounds + 1)));
        Assert.Contains($"3:seqi{next + 3}e", Encoding.Latin1.GetString(Answer(Get(Item.Target))));
    }

    [Fact]
    public void A_flood_of_strangers_makes_no_garbage()
    {
        // More than are noted at once, of whom some are answered; the first are pinged.
        var strangers = Enumerable.Range(100, 6000).Select(i => Hosts.Public(i)).ToArray();
        var query = Encoding.Latin1.GetBytes(RawNode.GetPeers(Key));
        var now = _network.Now;
        var next = 0;
        Assert.Equal(0, Least(() => Answer(query, strangers[next++ % strangers.Length],
            now += TimeSpan.FromMilliseconds(0.5)), strangers.Length));
        Assert.InRange(_node.Counters.Dropped(DhtDrop.OverBudget), next / 10, next);
        Assert.InRange(_node.Counters.RepliesSent, next / 10, next);
    }

    private void AssertFree(string text)
    {
        var query = Encoding.Latin1.GetBytes(text);
        Assert.Equal(0, Least(() => Answer(query), 200));
    }

    private static long Least(Action answer, int calls)
    {
        Round();
        return Allocations.Least(Round);

        void Round()
        {
            for (var i = 0; i < calls; i++) answer();
        }
    }

    private byte[] Answer(string query) => Answer(Encoding.Latin1.GetBytes(query)).ToArray();

    private ReadOnlySpan<byte> Answer(byte[] query) => Answer(query, Asker, _network.Now);

    private ReadOnlySpan<byte> Answer(byte[] query, DhtEndPoint from, TimeSpan now)
    {
        _node.Receive(query, from, now);
        // The answer comes first; a ping of ours may follow.
        _node.TryTransmit(_buffer, out var length, out _);
        while (_node.TryTransmit(_rest, out _, out _))
        {
        }

        return _buffer.AsSpan(0, length);
    }

    private static string Get(NodeId target) =>
        RawNode.Query("get", "6:target20:" + Encoding.Latin1.GetString(target.ToArray()));

    private static string Put(string token, DhtItem? item = null)
    {
        item ??= Item;
        return RawNode.Query("put", $"1:k32:{Latin(item.PublicKey)}4:salt4:salt"
            + $"3:seqi{item.Sequence}e3:sig64:{Latin(item.Signature)}5:token8:{token}1:vi42e");
    }

    private static string Latin(ReadOnlyMemory<byte> bytes) =>
        Encoding.Latin1.GetString(bytes.Span);
}
