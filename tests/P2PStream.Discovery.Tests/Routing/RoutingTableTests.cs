namespace P2PStream.Discovery.Tests;

public sealed class RoutingTableTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);
    private static readonly KademliaOptions Options = new() { FarBucketSize = 8 };
    private readonly NodeId _self = new(new byte[NodeId.Size]);
    private readonly RoutingTable _table;

    public RoutingTableTests() => _table = new RoutingTable(new LocalIdentity(_self), Options);

    [Fact]
    public void Far_buckets_are_larger()
    {
        var table = new RoutingTable(new LocalIdentity(_self), new KademliaOptions());
        var random = new SeededRandom(1);
        for (var i = 0; i < 5000; i++) table.Replied(random.NextNodeId(), Hosts.Public(i), Start);
        var sizes = table.Good().GroupBy(node => Math.Min(node.Id.SharedBits(_self), 8))
            .OrderBy(group => group.Key).Select(group => group.Count());
        Assert.Equal([128, 64, 32, 16, 8, 8, 8, 8], sizes.Take(8));
    }

    [Fact]
    public void Another_ID_of_ours_keeps_whom_we_know()
    {
        var identity = new LocalIdentity(_self);
        var table = new RoutingTable(identity, Options);
        for (var i = 0; i < 6; i++) table.Replied(Far(i), Hosts.Public(i), Start);
        identity.Id = Far(3);
        table.Rebuild(Start);
        Assert.Equal(5, table.Count);
        Assert.Null(table.Find(Hosts.Public(3)));
        Assert.True(table.TryRefresh(Start, new SeededRandom(1), out _));
    }

    [Fact]
    public void Only_the_bucket_that_holds_us_splits()
    {
        for (var i = 0; i < 64; i++) Add(Far(i), i);
        Assert.Equal(2, _table.BucketCount);
        Assert.Equal(8, _table.Count);
        var random = new SeededRandom(1);
        for (var i = 100; i < 2000; i++) Add(random.NextNodeId(), i);
        Assert.InRange(_table.BucketCount, 7, 12);
        Assert.InRange(_table.Count, 50, 100);
    }

    [Fact]
    public void A_live_node_is_never_evicted()
    {
        for (var i = 0; i < 8; i++) Add(Far(i), i);
        for (var i = 8; i < 30; i++) Add(Far(i), i);
        var kept = Nearest(Far(0), 30);
        Assert.Equal(Enumerable.Range(0, 8).Select(Far).Order(), kept.Select(n => n.Id).Order());
    }

    [Fact]
    public void A_dead_node_gives_way_to_the_latest_replacement()
    {
        for (var i = 0; i < 12; i++) Add(Far(i), i);
        _table.Failed(Hosts.Public(3));
        Assert.Equal(8, _table.Count);
        Assert.NotNull(_table.Find(Hosts.Public(3)));
        _table.Failed(Hosts.Public(3));
        Assert.Null(_table.Find(Hosts.Public(3)));
        Assert.Contains(Nearest(Far(0), 30), node => node.Id == Far(11));
        Assert.Equal(8, _table.Count);
    }

    [Fact]
    public void A_dead_node_without_replacement_keeps_its_place_but_is_not_named()
    {
        Add(Far(1), 1);
        Add(Far(2), 2);
        _table.Failed(Hosts.Public(1));
        Assert.Equal(2, _table.Count);
        Assert.Equal(Far(2), Assert.Single(Nearest(Far(1), 8)).Id);
        _table.Failed(Hosts.Public(1));
        Assert.Equal(1, _table.Count);
        // When all have failed, it is more likely that we have.
        _table.Failed(Hosts.Public(2));
        Assert.Equal(2, Nearest(Far(1), 8).Count);
        Add(Far(1), 1);
        Assert.Equal(Far(1), Assert.Single(Nearest(Far(1), 8)).Id);
    }

    [Fact]
    public void A_node_that_changes_its_ID_is_evicted()
    {
        Add(Far(1), 1);
        Add(Far(2), 1);
        Assert.Equal(0, _table.Count);
        Add(Far(2), 1);
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void A_forged_query_changes_nothing()
    {
        Add(Far(1), 1);
        _table.Queried(Far(2), Hosts.Public(1), Start);
        _table.Queried(Far(3), Hosts.Public(3), Start);
        Assert.Equal(Far(1), Assert.Single(Nearest(Far(1), 8)).Id);
    }

    [Fact]
    public void One_address_has_one_entry_and_a_24_one_in_a_bucket()
    {
        _table.Replied(Far(1), Hosts.At("20.0.0.1", 1), Start);
        _table.Replied(Far(2), Hosts.At("20.0.0.1", 2), Start);
        _table.Replied(Far(3), Hosts.At("20.0.0.2"), Start);
        _table.Replied(Far(4), Hosts.At("20.0.1.1"), Start);
        Assert.Equal(2, _table.Count);
    }

    [Fact]
    public void One_48_has_one_entry()
    {
        _table.Replied(Far(1), Hosts.At("2001:db8::1"), Start);
        _table.Replied(Far(2), Hosts.At("2001:db8:0:2::1"), Start);
        Assert.Equal(1, _table.Count);
        for (var i = 3; i < 11; i++) _table.Replied(Far(i), Hosts.At($"2001:db8:{i}::1"), Start);
        Assert.Equal((2, 8), (_table.BucketCount, _table.Count));
        // Nor has it one in another bucket.
        var near = new NodeId("near-near-near-near!"u8);
        _table.Replied(near, Hosts.At("2001:db8:0:3::1"), Start);
        Assert.Equal(8, _table.Count);
        _table.Replied(near, Hosts.At("2001:db8:b::1"), Start);
        Assert.Equal(9, _table.Count);
    }

    [Theory]
    [InlineData("20.0.0.1", 7, 1)] // another port and the same ID
    [InlineData("20.0.0.1", 7, 9)] // another port and ID
    [InlineData("20.0.0.1", 6881, 9)] // another ID
    [InlineData("20.0.0.1", 6881, -1)] // another ID, of another bucket
    [InlineData("20.0.0.2", 6881, 9)] // a neighbour
    [InlineData("99.0.0.2", 6881, 1)] // the same ID at another address
    public void One_believed_dead_gives_way_to_who_comes_in_its_place(
        string address, int port, int number)
    {
        for (var i = 1; i < 9; i++) Add(number: i);
        var former = Hosts.At("20.0.0.1");
        var newcomer = Hosts.At(address, port);
        var id = number < 0 ? new NodeId("near-near-near-near!"u8) : Far(number);
        if (newcomer != former) Assert.False(_table.Wants(id, newcomer));
        _table.Failed(former);
        _table.Failed(former);
        Assert.Equal(7, _table.Count);
        if (newcomer != former) Assert.True(_table.Wants(id, newcomer));
        Assert.True(_table.Replied(id, newcomer, Start));
        Assert.Equal(id, _table.Find(newcomer)?.Id);
        Assert.Equal(8, _table.Count);
        if (newcomer != former) Assert.Null(_table.Find(former));

        void Add(int number) => _table.Replied(Far(number), Hosts.At($"20.0.{number - 1}.1"), Start);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("10.1.2.3")]
    public void Local_nodes_share_an_address(string address)
    {
        for (var i = 0; i < 8; i++) _table.Replied(Far(i), Hosts.At(address, 1000 + i), Start);
        Assert.Equal(8, _table.Count);
    }

    [Fact]
    public void Neither_we_nor_a_second_holder_of_an_ID_gets_in()
    {
        Add(_self, 1);
        Add(Far(2), 2);
        Add(Far(2), 3);
        Assert.Equal(1, _table.Count);
        Assert.False(_table.Wants(_self, Hosts.Public(9)));
        Assert.False(_table.Wants(Far(2), Hosts.Public(9)));
        Assert.True(_table.Wants(Far(3), Hosts.Public(9)));
    }

    [Fact]
    public void The_longest_silent_questionable_node_is_pinged()
    {
        for (var i = 0; i < 8; i++)
            _table.Replied(Far(i), Hosts.Public(i), Start + TimeSpan.FromSeconds(i == 5 ? 0 : 10));
        var pause = TimeSpan.FromSeconds(15);
        var before = Start + Options.NodeLifetime - TimeSpan.FromSeconds(1);
        Assert.Null(_table.NextToPing(before, pause));
        var later = Start + Options.NodeLifetime + TimeSpan.FromSeconds(20);
        var quiet = _table.NextToPing(later, pause);
        Assert.Equal(Far(5), quiet?.Id);
        // One that has asked us lately is good, though its last answer is old.
        _table.Queried(Far(5), Hosts.Public(5), later);
        Assert.NotEqual(Far(5), _table.NextToPing(later, pause)?.Id);
    }

    [Fact]
    public void Refresh_targets_lie_in_their_bucket()
    {
        var random = new SeededRandom(2);
        for (var i = 0; i < 500; i++) Add(random.NextNodeId(), i);
        var later = Start + Options.NodeLifetime * 2;
        List<int> prefixes = [];
        while (_table.TryRefresh(later, random, out var target))
            prefixes.Add(Math.Min(target.SharedBits(_self), _table.BucketCount - 1));
        Assert.Equal(Enumerable.Range(0, _table.BucketCount), prefixes);
        Assert.False(_table.TryRefresh(later, random, out _));
    }

    [Fact]
    public void The_nearest_come_nearest_first()
    {
        var random = new SeededRandom(3);
        for (var i = 0; i < 500; i++) Add(random.NextNodeId(), i);
        var all = Nearest(_self, 1000);
        Assert.Equal(_table.Count, all.Count);
        var target = random.NextNodeId();
        Assert.Equal(
            all.Select(node => node.Id).OrderBy(id => id ^ target).Take(8),
            Nearest(target, 8).Select(node => node.Id));
        Assert.DoesNotContain(all[0], Nearest(_self, 8, all[0].EndPoint));
    }

    [Fact]
    public void The_count_is_that_of_the_nodes_that_are_not_bad()
    {
        var identity = new LocalIdentity(_self);
        var table = new RoutingTable(identity, Options);
        var random = new SeededRandom(4);
        var ids = Enumerable.Range(0, 300)
            .Select(i => i % 3 == 0
                ? NodeIdRule.Derive(Hosts.Public(i), random)
                : random.NextNodeId())
            .ToList();
        for (var step = 0; step < 20_000; step++)
        {
            var host = random.Next(ids.Count);
            if (random.Next(3) == 0) table.Failed(Hosts.Public(host));
            else if (random.Next(20) == 0) table.Replied(random.NextNodeId(), Hosts.Public(host), Start);
            else table.Replied(ids[host], Hosts.Public(host), Start);
            Assert.Equal(table.Good().Count(), table.Count);
            if (step % 5000 != 4999) continue;
            identity.Id = random.NextNodeId();
            table.Rebuild(Start);
        }

        Assert.InRange(table.Count, 20, 150);
    }

    private void Add(NodeId id, int host) => _table.Replied(id, Hosts.Public(host), Start);

    private List<CompactNode> Nearest(NodeId target, int count, DhtEndPoint? asker = null)
    {
        var nodes = new CompactNode[count];
        return [.. nodes.AsSpan(0, _table.Nearest(target, nodes, asker))];
    }

    /// <summary>An ID in the half of the space where we are not.</summary>
    private static NodeId Far(int number)
    {
        var bytes = new byte[NodeId.Size];
        bytes[0] = 0x80;
        bytes[^1] = (byte)number;
        return new NodeId(bytes);
    }
}
