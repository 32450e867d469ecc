namespace P2PStream.Discovery.Tests;

/// <summary>Forged queries, to turn a node on a victim. The node knows many others, and keeps what
/// makes its replies long.</summary>
public sealed class AmplificationTests
{
    private const string Key = "mnopqrstuvwxyz123456";
    private const int Seconds = 10;

    private static readonly KademliaOptions Options = new();

    private readonly RawNode _raw = new();

    public AmplificationTests()
    {
        var random = new SeededRandom(71);
        for (var i = 0; i < 400; i++)
            _raw.Node.Parts[0].Table.Replied(random.NextNodeId(), Known(i), _raw.Now);
        Assert.True(_raw.Node.RoutingTableSize > 100);
        for (var i = 0; i < 50; i++)
        {
            var peer = Hosts.Public(9000 + i);
            var token = RawNode.Token(_raw.Ask(RawNode.GetPeers(Key), peer));
            _raw.Ask(RawNode.Announce(Key, token), peer);
        }

        Assert.Equal(50, _raw.Node.StoredPeers);
        _raw.Now += TimeSpan.FromMinutes(1);
        _raw.Node.Tick(_raw.Now);
        _raw.Sent();
    }

    public static TheoryData<string> Queries =>
    [
        RawNode.Query("ping", ""),
        RawNode.Query("find_node", "6:target20:" + Key),
        RawNode.GetPeers(Key),
        RawNode.Query("get_peers", $"9:info_hash20:{Key}6:scrapei1e4:wantl2:n42:n6e"),
        RawNode.Query("get", "6:target20:" + Key),
        RawNode.Query("sample_infohashes", "6:target20:" + Key),
        RawNode.Query("put", "5:token1:x1:vi1e"),
        RawNode.Query("nonsense", ""),
    ];

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_network_that_has_proven_nothing_draws_little(string query)
    {
        // Each from another address and port of the victim's network.
        var drawn = Draw(query, 10_000, i => Hosts.At($"99.1.2.{i % 250 + 1}", 1 + i));
        Assert.InRange(
            drawn, 1, Options.UnprovenBurstBytes + Options.UnprovenBytesPerSecond * Seconds);
        Assert.True(_raw.Node.Counters.Dropped(DhtDrop.OverBudget) > 5000);
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void All_that_have_proven_nothing_together_draw_no_more_than_a_node_can_spare(string query)
    {
        var drawn = Draw(query, 50_000, i => Hosts.Public(20_000 + i));
        Assert.InRange(drawn, 1, Options.UnprovenTotalBytesPerSecond * (Seconds + 8));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void In_the_name_of_a_known_node_no_more_is_drawn_than_it_may_ask_for(string query)
    {
        var victim = _raw.Node.Parts[0].Table.Good().First().EndPoint;
        var drawn = Draw(query, 50_000, _ => victim);
        Assert.InRange(drawn, 1, Options.ProvenBytesPerSecond * (Seconds + 8));
        Assert.True(_raw.Node.Counters.Dropped(DhtDrop.OverBudget) > 1000);
    }

    [Fact]
    public void Who_has_proven_its_address_is_served_while_strangers_are_not()
    {
        var friend = _raw.Node.Parts[0].Table.Good().First().EndPoint;
        Draw(RawNode.GetPeers(Key), 50_000, i => Hosts.Public(20_000 + i));
        Assert.Equal("", _raw.Ask(RawNode.GetPeers(Key), Hosts.Public(1)));
        for (var i = 0; i < 100; i++)
            Assert.NotEqual("", _raw.Ask(RawNode.GetPeers(Key), friend));
    }

    [Fact]
    public void Seventy_forged_packets_a_second_do_not_silence_us()
    {
        var (asked, answered) = (0, 0);
        for (var i = 0; i < 70 * 300; i++)
        {
            _raw.Now += TimeSpan.FromSeconds(1.0 / 70);
            _raw.Node.Tick(_raw.Now);
            _raw.Ask(RawNode.Query("find_node", "6:target20:" + Key), Hosts.Public(20_000 + i));
            if (i % 70 != 0) continue;
            asked++;
            answered += _raw.Ask(RawNode.GetPeers(Key), Hosts.Public(i / 70)) != "" ? 1 : 0;
        }

        Assert.Equal(asked, answered);
    }

    [Fact]
    public void Forged_strangers_do_not_take_the_room_for_our_own_queries()
    {
        // A node that still has room for others pings whoever asks, to learn whether it is there.
        var raw = new RawNode();
        var most = 0;
        for (var i = 0; i < 20_000; i++)
        {
            raw.Now += TimeSpan.FromMilliseconds(5);
            raw.Node.Tick(raw.Now);
            raw.Ask(RawNode.Query("ping", ""), Hosts.Public(20_000 + i));
            most = Math.Max(most, raw.Node.PendingQueries);
        }

        Assert.Equal(64, most);
        // A stranger that is there gets its turn within seconds.
        raw.Now += Options.LookupPatience;
        raw.Node.Tick(raw.Now);
        Assert.Equal(0, raw.Node.PendingQueries);
        raw.Receive(RawNode.Query("ping", ""), Hosts.Public(1));
        Assert.Contains(raw.Sent(), sent => sent.To == Hosts.Public(1)
            && sent.Text.Contains("4:ping", StringComparison.Ordinal));
    }

    [Fact]
    public void A_host_may_use_all_the_room_that_there_is()
    {
        for (var i = 0; i < 1024; i++)
        {
            var ping = _raw.Node.Ping(Hosts.Public(20_000 + i), _raw.Now);
            Assert.Equal(i + 1, _raw.Node.PendingQueries);
            _raw.Sent();
            Assert.False(_raw.Node.TryTake(out _), $"{ping} has ended.");
        }

        _raw.Node.Ping(Hosts.Public(1), _raw.Now);
        Assert.True(_raw.Node.TryTake(out var ended));
        Assert.Equal(KademliaEventKind.Ended, ended.Kind);
    }

    /// <summary>Bytes that went out to where forged queries seemed to come from.</summary>
    private long Draw(string query, int count, Func<int, DhtEndPoint> from)
    {
        long drawn = 0;
        for (var i = 0; i < count; i++)
        {
            _raw.Now += TimeSpan.FromSeconds((double)Seconds / count);
            var source = from(i);
            _raw.Receive(query, source);
            drawn += _raw.Sent().Where(sent => sent.To.Network == source.Network)
                .Sum(sent => sent.Text.Length);
        }

        return drawn;
    }

    private static DhtEndPoint Known(int number) => Hosts.Public(10_000 + number);
}
