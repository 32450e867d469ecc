namespace P2PStream.Discovery.Tests;

public sealed class PeerStoreTests
{
    private static readonly KademliaOptions Options = new()
    {
        MaxInfoHashes = 10,
        MaxPeersPerInfoHash = 5,
        MaxPeersPerAddress = 3,
    };

    private static readonly NodeId Self = new(new byte[NodeId.Size]);

    private readonly PeerStore _store = new(Options);
    private readonly SeededRandom _random = new(1);

    [Fact]
    public void Peers_expire()
    {
        Assert.True(_store.TryAdd(Key(1), Hosts.Public(1), Self, TimeSpan.Zero));
        Assert.True(_store.TryAdd(Key(1), Hosts.Public(2), Self, TimeSpan.FromMinutes(20)));
        Assert.Equal([Hosts.Public(1), Hosts.Public(2)], Get(Key(1), TimeSpan.FromMinutes(20)));
        Assert.Equal([Hosts.Public(2)], Get(Key(1), Options.PeerLifetime));
        _store.Sweep(TimeSpan.FromMinutes(50));
        Assert.Equal(0, _store.InfoHashCount);
    }

    [Fact]
    public void A_repeated_announce_keeps_a_peer_longer()
    {
        _store.TryAdd(Key(1), Hosts.Public(1), Self, TimeSpan.Zero);
        _store.TryAdd(Key(1), Hosts.Public(1), Self, TimeSpan.FromMinutes(20));
        Assert.Equal([Hosts.Public(1)], Get(Key(1), TimeSpan.FromMinutes(45)));
    }

    [Fact]
    public void The_least_recently_renewed_gives_way()
    {
        for (var i = 0; i < 7; i++)
            Assert.True(_store.TryAdd(Key(1), Hosts.Public(i), Self, TimeSpan.FromSeconds(i)));
        Assert.Equal(Enumerable.Range(2, 5).Select(i => Hosts.Public(i)), Get(Key(1), default));
    }

    [Fact]
    public void An_address_has_a_limit_but_a_local_one_has_not()
    {
        for (var i = 0; i < 3; i++) Assert.True(_store.TryAdd(Key(i), Hosts.Public(1), Self, default));
        Assert.False(_store.TryAdd(Key(4), Hosts.Public(1), Self, default));
        Assert.True(_store.TryAdd(Key(0), Hosts.Public(1), Self, default));
        Assert.Equal(3, _store.InfoHashCount);
        for (var i = 1; i <= 5; i++)
            Assert.True(_store.TryAdd(Key(9), Hosts.Loopback(i), Self, default));
        _store.Sweep(Options.PeerLifetime);
        Assert.True(_store.TryAdd(Key(4), Hosts.Public(1), Self, Options.PeerLifetime));
    }

    [Fact]
    public void A_few_addresses_do_not_push_out_the_others()
    {
        var store = new PeerStore(new KademliaOptions { MaxPeersPerInfoHash = 20 });
        Assert.True(store.TryAdd(Key(1), Hosts.Public(1), Self, default));
        for (var host = 2; host < 6; host++)
        {
            for (var port = 1; port <= 4; port++)
                Assert.True(store.TryAdd(Key(1), Hosts.Public(host, port), Self, default));
            Assert.False(store.TryAdd(Key(1), Hosts.Public(host, 5), Self, default));
            Assert.True(store.TryAdd(Key(1), Hosts.Public(host, 4), Self, default));
        }

        var peers = new DhtEndPoint[30];
        var count = store.Get(Key(1), default, _random, peers);
        Assert.Equal(17, count);
        Assert.Contains(Hosts.Public(1), peers[..count]);
    }

    [Fact]
    public void One_48_is_one_announcer()
    {
        for (var i = 0; i < 4; i++)
            Assert.Equal(i < 3, _store.TryAdd(Key(i), Hosts.At($"2001:db8:0:{i}::1"), Self, default));
        Assert.True(_store.TryAdd(Key(4), Hosts.At("2001:db8:1::1"), Self, default));
        var store = new PeerStore(new KademliaOptions());
        for (var i = 0; i < 9; i++)
            Assert.Equal(i < 4, store.TryAdd(Key(1), Hosts.At($"2001:db8:0:{i}::1"), Self, default));
        store.Sweep(new KademliaOptions().PeerLifetime);
        Assert.True(store.TryAdd(Key(1), Hosts.At("2001:db8::9"), Self, default));
    }

    [Fact]
    public void Of_too_many_info_hashes_those_nearest_to_ourselves_stay()
    {
        for (var i = 1; i <= 10; i++)
            Assert.True(_store.TryAdd(Key(i), Hosts.Public(i), Self, default));
        Assert.False(_store.TryAdd(Key(11), Hosts.Public(11), Self, default));
        Assert.True(_store.TryAdd(Key(0), Hosts.Public(12), Self, default));
        Assert.Equal((10, 10), (_store.InfoHashCount, _store.Count));
        Assert.Empty(Get(Key(10), default));
        Assert.Single(Get(Key(9), default));
        Assert.Single(Get(Key(0), default));
    }

    [Fact]
    public void Peers_have_a_limit_in_all()
    {
        var store = new PeerStore(new KademliaOptions { MaxPeers = 5 });
        for (var i = 0; i < 9; i++)
            Assert.Equal(i < 5, store.TryAdd(Key(i), Hosts.Public(i), Self, default));
        // A key that has peers trades its oldest.
        Assert.True(store.TryAdd(Key(1), Hosts.Public(20), Self, default));
        Assert.Equal(5, store.Count);
    }

    [Fact]
    public void When_full_of_peers_too_the_farthest_key_gives_way_to_a_nearer_one()
    {
        var store = new PeerStore(new KademliaOptions { MaxPeers = 5 });
        for (var i = 1; i <= 5; i++) store.TryAdd(Key(i), Hosts.Public(i), Self, default);
        Assert.True(store.TryAdd(Key(0), Hosts.Public(9), Self, default));
        Assert.False(store.TryAdd(Key(5), Hosts.Public(10), Self, default));
        Assert.Equal((5, 5), (store.InfoHashCount, store.Count));
    }

    [Fact]
    public void More_peers_than_asked_for_come_as_a_random_run()
    {
        for (var i = 0; i < 5; i++) _store.TryAdd(Key(1), Hosts.Public(i), Self, default);
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 100; i++)
        {
            var two = new DhtEndPoint[2];
            Assert.Equal(2, _store.Get(Key(1), default, _random, two));
            Assert.NotEqual(two[0], two[1]);
            foreach (var peer in two) seen.Add(peer.ToString());
        }

        Assert.Equal(5, seen.Count);
    }

    private List<DhtEndPoint> Get(InfoHash key, TimeSpan now)
    {
        var peers = new DhtEndPoint[100];
        return [.. peers.AsSpan(0, _store.Get(key, now, _random, peers))];
    }

    private static InfoHash Key(int number)
    {
        var bytes = new byte[InfoHash.Size];
        bytes[0] = (byte)number;
        return new InfoHash(bytes);
    }
}
