using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>Items among 60 nodes in virtual time.</summary>
public sealed class ItemNetworkTests
{
    private static readonly byte[] Seed = new byte[DhtItem.SeedBytes];

    private readonly VirtualNetwork _network = new(21);

    public ItemNetworkTests()
    {
        var options = new KademliaOptions { FarBucketSize = 8 };
        for (var i = 0; i < 60; i++)
        {
            var host = _network.Add(Hosts.Public(i), options);
            DhtEndPoint[] contacts = i == 0 ? [] : [_network.Hosts[0].EndPoint];
            _network.Do(host, (node, now) => node.Join(contacts, now));
            _network.RunFor(TimeSpan.FromMilliseconds(400));
        }

        _network.RunFor(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void What_one_puts_all_get()
    {
        var plain = DhtItem.Immutable("11:hello world"u8);
        var signed = Version(1);
        Assert.InRange(Put(3, plain).Count, 7, 9);
        Assert.InRange(Put(4, signed).Count, 7, 9);
        foreach (var host in _network.Hosts)
        {
            Assert.Equal(plain.Value.ToArray(), Assert.Single(Get(host, plain)).Value.ToArray());
            var found = Assert.Single(Get(host, signed));
            Assert.Equal(signed.Signature.ToArray(), found.Signature.ToArray());
        }
    }

    [Fact]
    public void The_newest_version_wins()
    {
        Put(3, Version(1));
        Put(5, Version(2));
        Assert.Equal(2, Get(_network.Hosts[9], Version(1))[^1].Sequence);
        // An older one is not stored, and who puts it learns of the newer.
        var host = _network.Hosts[7];
        var put = _network.Do(host, (node, now) => node.PutItem(Version(1), now));
        var ended = _network.Finish(host, put);
        Assert.Equal(0, ended.Count);
        Assert.True(ended.Conflicts > 0);
        Assert.Equal(2, Assert.Single(host.Items(put)).Sequence);
    }

    [Fact]
    public void Anyone_keeps_an_item_alive_unchanged()
    {
        Put(3, Version(1));
        _network.Hosts[3].IsDown = true;
        var found = Assert.Single(Get(_network.Hosts[8], Version(1)));
        _network.RunFor(TimeSpan.FromMinutes(110));
        Assert.InRange(Put(8, found).Count, 7, 9);
        _network.RunFor(TimeSpan.FromMinutes(60));
        Assert.Single(Get(_network.Hosts[20], Version(1)));
        _network.RunFor(TimeSpan.FromMinutes(70));
        Assert.Empty(Get(_network.Hosts[20], Version(1)));
    }

    [Fact]
    public void A_kept_item_is_put_again_every_hour()
    {
        var host = _network.Hosts[3];
        var keep = _network.Do(host, (node, now) => node.KeepItem(Version(1), now));
        _network.RunFor(TimeSpan.FromHours(5));
        Assert.InRange(host.Of(keep, KademliaEventKind.Renewed).Count(), 5, 7);
        Assert.All(
            host.Of(keep, KademliaEventKind.Renewed), e => Assert.InRange(e.Count, 7, 10));
        Assert.Single(Get(_network.Hosts[20], Version(1)));
        host.Node.Cancel(keep);
        _network.RunFor(TimeSpan.FromHours(2.1));
        Assert.Empty(Get(_network.Hosts[20], Version(1)));
    }

    [Fact]
    public void A_swap_of_a_version_that_is_gone_is_refused()
    {
        Put(3, Version(1));
        Put(3, Version(2));
        var host = _network.Hosts[7];
        var swap = _network.Do(host, (node, now) => node.PutItem(Version(3), now, replaces: 1));
        var ended = _network.Finish(host, swap);
        Assert.Equal(0, ended.Count);
        Assert.InRange(ended.Conflicts, 7, 9);
        swap = _network.Do(host, (node, now) => node.PutItem(Version(3), now, replaces: 2));
        Assert.InRange(_network.Finish(host, swap).Count, 7, 9);
    }

    private KademliaEvent Put(int index, DhtItem item)
    {
        var host = _network.Hosts[index];
        return _network.Finish(host, _network.Do(host, (node, now) => node.PutItem(item, now)));
    }

    private List<DhtItem> Get(VirtualHost host, DhtItem item)
    {
        var search = _network.Do(
            host, (node, now) => node.GetItem(item.Target, item.Salt.Span, now));
        _network.Finish(host, search);
        return [.. host.Items(search)];
    }

    private static DhtItem Version(long sequence) =>
        DhtItem.Sign(Seed, "s"u8, sequence, Encoding.ASCII.GetBytes($"i{sequence}e"));
}
