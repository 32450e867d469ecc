namespace P2PStream.Discovery.Tests;

/// <summary>Counting peers and info-hashes from afar (BEPs 33 and 51).</summary>
public sealed class SwarmSizeTests
{
    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);

    private readonly Population _population = new(71, 300);

    private VirtualNetwork Network => _population.Network;

    [Fact]
    public void A_scrape_counts_seeds_and_others()
    {
        foreach (var host in Network.Hosts.Take(90))
        {
            var isSeed = host.EndPoint.GetHashCode() % 3 == 0;
            var operation = Network.Do(host, (node, now) => node.Announce(Key, 1, now, isSeed));
            Network.Finish(host, operation);
        }

        var seeds = Network.Hosts.Take(90)
            .Count(host => host.EndPoint.GetHashCode() % 3 == 0);
        var scrape = Network.Do(Network.Hosts[200], (node, now) => node.Scrape(Key, now));
        var ended = Network.Finish(Network.Hosts[200], scrape);
        Assert.InRange(ended.Seeds, seeds - 3, seeds + 3);
        Assert.InRange(ended.Downloaders, 90 - seeds - 5, 90 - seeds + 5);
        var nothing = Network.Do(
            Network.Hosts[201], (node, now) => node.Scrape(InfoHash.FromStream("none"u8), now));
        ended = Network.Finish(Network.Hosts[201], nothing);
        Assert.Equal((0.0, 0.0), (ended.Seeds, ended.Downloaders));
    }

    [Fact]
    public void Seeds_are_left_out_for_who_wants_none()
    {
        var store = new PeerStore(new KademliaOptions());
        for (var i = 0; i < 20; i++)
            store.TryAdd(Key, Hosts.Public(i), default, default, isSeed: i % 2 == 0);
        var peers = new DhtEndPoint[50];
        Assert.Equal(20, store.Get(Key, default, new SeededRandom(1), peers));
        Assert.Equal(10, store.Get(Key, default, new SeededRandom(1), peers, noSeeds: true));
    }

    [Fact]
    public void Samples_name_what_is_stored()
    {
        List<InfoHash> announced = [];
        foreach (var host in Network.Hosts.Take(30))
        {
            var key = new InfoHash(Network.Random.NextNodeId());
            announced.Add(key);
            Network.Finish(host, Network.Do(host, (node, now) => node.Announce(key, 1, now)));
        }

        var asker = Network.Hosts[200];
        var sample = Network.Do(
            asker, (node, now) => node.SampleInfoHashes(announced[0].Key, now));
        Network.Finish(asker, sample);
        var found = asker.Of(sample, KademliaEventKind.InfoHashFound)
            .Select(e => e.InfoHash).ToList();
        Assert.Contains(announced[0], found);
        Assert.Empty(found.Except(announced));
        Assert.Equal(found.Distinct(), found);
    }

    [Fact]
    public void A_sample_stays_for_its_interval()
    {
        var raw = new RawNode(new KademliaOptions { UnprovenBurstBytes = 1_000_000 });
        for (var i = 0; i < 60; i++)
        {
            var key = $"{i:D20}";
            var token = RawNode.Token(raw.Ask(RawNode.GetPeers(key), Hosts.Public(i)));
            raw.Ask(RawNode.Announce(key, token), Hosts.Public(i));
        }

        var first = Ask();
        Assert.Contains("8:intervali300e", first);
        Assert.Contains("3:numi60e7:samples400:", first);
        Assert.Equal(first, Ask());
        raw.Now += InfoHashSampler.Interval;
        Assert.NotEqual(first, Ask());

        string Ask() => raw.Ask(
            RawNode.Query("sample_infohashes", "6:target20:mnopqrstuvwxyz123456"),
            Hosts.Public(99));
    }

    [Fact]
    public void Filters_go_with_peers_and_nodes_into_one_datagram()
    {
        var raw = new RawNode(new KademliaOptions { UnprovenBurstBytes = 1_000_000 });
        const string key = "mnopqrstuvwxyz123456";
        for (var i = 0; i < 100; i++)
        {
            var token = RawNode.Token(raw.Ask(RawNode.GetPeers(key), Hosts.Public(i)));
            raw.Ask(RawNode.Announce(key, token), Hosts.Public(i));
        }

        var reply = raw.Ask(
            RawNode.Query("get_peers", $"9:info_hash20:{key}6:scrapei1e"), Hosts.Public(200));
        Assert.Contains("4:BFpe256:", reply);
        Assert.Contains("4:BFsd256:", reply);
        Assert.Contains("6:valuesl6:", reply);
        Assert.InRange(reply.Length, 800, KrpcLimits.UsualBytes);
        Assert.DoesNotContain("4:BFsd", raw.Ask(RawNode.GetPeers(key), Hosts.Public(200)));
    }
}
