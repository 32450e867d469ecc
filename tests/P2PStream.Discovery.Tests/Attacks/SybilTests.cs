using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>One attacker with many nodes. Each attack is made where it succeeds, too.</summary>
public sealed class SybilTests
{
    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);

    private readonly List<CompactNode> _fellows = [];
    private VirtualNetwork _network = new Population(41, 600).Network;
    private int _asked;

    [Fact]
    public void Sybils_of_one_network_have_one_place_in_a_bucket()
    {
        // Sixty nodes leave much room in the table.
        _network = new Population(42, 60).Network;
        var (host, other) = (_network.Hosts[3], _network.Hosts[4]);
        for (var i = 0; i < 250; i++)
        {
            Intrude(_network.Random.NextNodeId(), Hosts.At($"99.1.2.{i + 1}"), [host]);
            Intrude(_network.Random.NextNodeId(), Hosts.Public(50_000 + i), [other]);
            _network.RunFor(TimeSpan.FromSeconds(1));
        }

        var buckets = host.Node.Parts[0].Table.BucketCount;
        Assert.InRange(Intruders(host), 1, buckets);
        // In networks of their own they do not stand in each other's way.
        Assert.InRange(Intruders(other), 5 * buckets, 250);
    }

    [Fact]
    public void Sybils_with_many_addresses_evict_nobody_who_lives()
    {
        var host = _network.Hosts[3];
        var table = host.Node.Parts[0].Table;
        var before = table.Good().ToList();
        for (var i = 0; i < 500; i++)
        {
            var own = Hosts.Public(50_000 + i);
            Intrude(NodeIdRule.Derive(own, _network.Random), own, [host]);
            _network.RunFor(TimeSpan.FromMilliseconds(500));
        }

        Assert.Empty(before.Except(table.Good()));
        // They were there, and wait.
        Assert.True(_asked > 100, $"{_asked} were asked");
        var intruders = Intruders(host);
        foreach (var node in before.Take(50))
        {
            table.Failed(node.EndPoint);
            table.Failed(node.EndPoint);
        }

        Assert.InRange(Intruders(host), intruders + 5, intruders + 50);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    public void A_key_surrounded_by_Sybils_is_stored_and_found(int sybils)
    {
        Surround(sybils, number => Hosts.Public(number));
        var found = CountFound();
        Assert.True(_asked > 100, $"{_asked} queries went to Sybils");
        Assert.InRange(found, 95, 100);
    }

    [Fact]
    public void A_key_surrounded_by_one_customer_of_IPv6_is_stored_and_found()
    {
        _network = new Population(41, 600, place: n => Hosts.At($"2a00:{n + 1:x}::1"),
            options: new KademliaOptions { Families = DhtFamilies.IPv6 }).Network;
        var nearest = RightfulIdsOfOne48().OrderBy(node => node.Id ^ Key.Key)
            .DistinctBy(node => node.EndPoint).Take(64).ToList();
        foreach (var (id, own) in nearest) Intrude(id, own, _network.Hosts);
        _network.RunFor(TimeSpan.FromMinutes(1));
        // They are nearer than anybody, and their addresses allow it.
        Assert.All(nearest, node => Assert.True(NodeIdRule.IsValid(node.Id, node.EndPoint)));
        Assert.DoesNotContain(_network.Hosts,
            host => host.Node.Id.IsCloserThan(nearest[32].Id, Key.Key));
        var found = CountFound();
        Assert.True(_asked > 0);
        Assert.InRange(found, 95, 100);
    }

    [Fact]
    public void A_key_is_lost_where_addresses_allow_any_ID()
    {
        // Private addresses do: nothing tells these Sybils from the nearest nodes.
        _network = new Population(41, 600, place: n => Hosts.Private(n)).Network;
        Surround(64, number => Hosts.Private(number - 50_000 + 1000));
        Assert.InRange(CountFound(), 0, 50);
    }

    /// <summary>Nearer to the key than any honest node, each in a network of its own.</summary>
    private void Surround(int sybils, Func<int, DhtEndPoint> place)
    {
        for (var i = 0; i < sybils; i++)
        {
            var bytes = Key.Key.ToArray();
            bytes[^1] ^= (byte)(i + 1);
            Intrude(new NodeId(bytes), place(50_000 + i), _network.Hosts);
        }

        _network.RunFor(TimeSpan.FromMinutes(1));
    }

    /// <summary>IDs that share with the key all that BEP 42 leaves open, each of its /64s eight
    /// times.</summary>
    private static IEnumerable<CompactNode> RightfulIdsOfOne48()
    {
        var random = new SeededRandom(43);
        var key = Key.Key.ToArray();
        for (var i = 0; i < 8 * 65_536; i++)
        {
            var own = Hosts.At($"2001:db8:77:{i / 8:x}::1");
            var bytes = NodeIdRule.Derive(own, random).ToArray();
            bytes[2] = (byte)((bytes[2] & 0xf8) | (key[2] & 7));
            key.AsSpan(3, 16).CopyTo(bytes.AsSpan(3));
            yield return new CompactNode(new NodeId(bytes), own);
        }
    }

    /// <summary>Of a hundred nodes, those that find what one has announced.</summary>
    private int CountFound()
    {
        _asked = 0;
        var publisher = _network.Hosts[17];
        var announce = _network.Do(publisher, (node, now) => node.Announce(Key, 4242, now));
        _network.Finish(publisher, announce);
        var found = 0;
        foreach (var host in _network.Hosts.Skip(100).Take(100))
        {
            var search = _network.Do(host, (node, now) => node.GetPeers(Key, now));
            _network.Finish(host, search);
            found += host.Peers(search).Any() ? 1 : 0;
        }

        LongRun.Tell($"{_fellows.Count} Sybils around a key: {found} of 100 found, {_asked} asked");
        return found;
    }

    /// <summary>A Sybil at work: it makes itself known, answers, names its fellows, and stores
    /// nothing.</summary>
    private void Intrude(NodeId id, DhtEndPoint own, IEnumerable<VirtualHost> victims)
    {
        _fellows.Add(new CompactNode(id, own));
        _network.Add(own, (datagram, from) =>
        {
            if (!KrpcMessage.TryRead(datagram, out var query) || query.Kind != KrpcKind.Query)
                return;
            _asked++;
            LyingReply.Send(_network, query, id, own, from, [.. _fellows.TakeLast(16)]);
        });
        var ping = Encoding.Latin1.GetBytes(RawNode.Query("ping", ""));
        id.CopyTo(ping.AsSpan(12));
        foreach (var victim in victims) _network.Send(ping, own, victim.EndPoint);
    }

    private int Intruders(VirtualHost host) => host.Node.Parts[0].Table.Good()
        .Count(node => _fellows.Contains(node));
}
