using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>One attacker with many nodes.</summary>
public sealed class SybilTests
{
    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);

    private readonly Population _population = new(41, 600);

    private VirtualNetwork Network => _population.Network;

    [Fact]
    public void Sybils_of_one_network_have_one_place_in_a_bucket()
    {
        var host = Network.Hosts[3];
        var before = host.Node.Parts[0].Table.Good().ToList();
        for (var i = 0; i < 250; i++)
            Intrude(Network.Random.NextNodeId(), Hosts.At($"99.1.2.{i + 1}"), [host]);
        Network.RunFor(TimeSpan.FromSeconds(30));
        var after = host.Node.Parts[0].Table.Good().ToList();
        var intruders = after.Count(node => node.EndPoint.Network == Hosts.At("99.1.2.1").Network);
        Assert.InRange(intruders, 0, host.Node.Parts[0].Table.BucketCount);
        Assert.Empty(before.Except(after));
    }

    [Fact]
    public void Sybils_with_many_addresses_evict_nobody_who_lives()
    {
        var host = Network.Hosts[3];
        var before = host.Node.Parts[0].Table.Good().ToList();
        for (var i = 0; i < 500; i++)
            Intrude(Network.Random.NextNodeId(), Hosts.Public(50_000 + i), [host]);
        Network.RunFor(TimeSpan.FromMinutes(3));
        Assert.Empty(before.Except(host.Node.Parts[0].Table.Good()));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    public void A_key_surrounded_by_Sybils_is_stored_and_found(int sybils)
    {
        for (var i = 0; i < sybils; i++)
        {
            // Nearer to the key than any honest node, each in a network of its own.
            var bytes = Key.Key.ToArray();
            bytes[^1] ^= (byte)(i + 1);
            Intrude(new NodeId(bytes), Hosts.Public(50_000 + i), Network.Hosts);
        }

        Network.RunFor(TimeSpan.FromMinutes(1));
        var publisher = Network.Hosts[17];
        var announce = Network.Do(publisher, (node, now) => node.Announce(Key, 4242, now));
        Network.Finish(publisher, announce);
        var found = 0;
        foreach (var host in Network.Hosts.Skip(100).Take(100))
        {
            var search = Network.Do(host, (node, now) => node.GetPeers(Key, now));
            Network.Finish(host, search);
            found += host.Peers(search).Any() ? 1 : 0;
        }

        Assert.InRange(found, 95, 100);
    }

    /// <summary>A Sybil at work: it makes itself known, answers, names its fellows, and stores
    /// nothing.</summary>
    private void Intrude(NodeId id, DhtEndPoint own, IEnumerable<VirtualHost> victims)
    {
        _fellows.Add(new CompactNode(id, own));
        Network.Add(own, (datagram, from) =>
        {
            if (!KrpcMessage.TryRead(datagram, out var query) || query.Kind != KrpcKind.Query)
                return;
            LyingReply.Send(Network, query, id, own, from, [.. _fellows.TakeLast(16)]);
        });
        var ping = Encoding.Latin1.GetBytes(RawNode.Query("ping", ""));
        id.CopyTo(ping.AsSpan(12));
        foreach (var victim in victims) Network.Send(ping, own, victim.EndPoint);
    }

    private readonly List<CompactNode> _fellows = [];
}
