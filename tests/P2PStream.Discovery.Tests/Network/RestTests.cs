using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>What a node costs that does nothing but belong to the network. Memory is the whole
/// process's, so nothing else runs beside.</summary>
[CollectionDefinition(nameof(RestTests), DisableParallelization = true)]
[Collection(nameof(RestTests))]
public sealed class RestTests
{
    private const int MaxBytesPerSecond = 2000;
    private const int MaxMemory = 1_000_000;

    [Fact]
    public void A_node_at_rest_is_cheap()
    {
        var nodes = LongRun.IsOn ? 3000 : 300;
        var (rate, memory) = Measure(
            nodes, new KademliaOptions(), _ => { },
            node => Assert.True(node.RoutingTableSize > 100));
        LongRun.Tell(string.Create(CultureInfo.InvariantCulture,
            $"a node at rest of {nodes}: {rate:0} B/s both ways, {memory / 1000} kB"));
        Assert.InRange(rate, 1, MaxBytesPerSecond);
        Assert.InRange(memory, 1, MaxMemory);
    }

    [Fact]
    public void A_node_at_rest_that_keeps_all_it_may_is_bounded()
    {
        // Filled at once, so without the limit on what all strangers draw.
        var options = new KademliaOptions { UnprovenTotalBytesPerSecond = int.MaxValue };
        var (rate, memory) = Measure(
            30, options,
            network =>
            {
                foreach (var host in network.Hosts) Fill(host.Node, network.Now);
                Assert.All(network.Hosts, host => Assert.Equal(
                    (options.MaxInfoHashes, options.MaxPeers, options.MaxItems),
                    (host.Node.StoredInfoHashes, host.Node.StoredPeers, host.Node.StoredItems)));
            },
            node => Assert.Equal(options.MaxPeers, node.StoredPeers));
        LongRun.Tell(string.Create(CultureInfo.InvariantCulture,
            $"a node at rest with full stores: {rate:0} B/s both ways, {memory / 1000} kB"));
        Assert.InRange(rate, 1, MaxBytesPerSecond);
        Assert.InRange(memory, MaxMemory, 4 * MaxMemory);
    }

    /// <summary>What a node sends and receives a second, and the memory that is free again once the
    /// network is gone: what earlier tests have left may still be there when it begins.</summary>
    private static (double Rate, long Memory) Measure(int nodes, KademliaOptions options,
        Action<VirtualNetwork> prepare, Action<KademliaNode> check)
    {
        var (rate, held) = Live(nodes, options, prepare, check);
        return (rate, (held - GC.GetTotalMemory(true)) / nodes);
    }

    // Its own frame, so that nothing of it is still referred to.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (double Rate, long Held) Live(int nodes, KademliaOptions options,
        Action<VirtualNetwork> prepare, Action<KademliaNode> check)
    {
        var network = new Population(101, nodes, options: options).Network;
        prepare(network);
        var rate = Rest(network);
        var held = GC.GetTotalMemory(true);
        foreach (var host in network.Hosts) check(host.Node);
        return (rate, held);
    }

    /// <summary>Bytes per second that a node sends and receives.</summary>
    private static double Rest(VirtualNetwork network)
    {
        network.RunFor(TimeSpan.FromMinutes(1));
        var (bytes, since) = (network.BytesSent, network.Now);
        network.RunFor(TimeSpan.FromMinutes(20));
        // Each datagram is sent by one and received by one.
        return 2.0 * (network.BytesSent - bytes) / network.Hosts.Count
            / (network.Now - since).TotalSeconds;
    }

    /// <summary>Announces and puts as many as a node takes, each from another address.</summary>
    private static void Fill(KademliaNode node, TimeSpan now)
    {
        var options = new KademliaOptions();
        var buffer = new byte[KademliaNode.MaxDatagramBytes];
        var stranger = 20_000;
        for (var i = 0; i < options.MaxInfoHashes; i++)
        {
            var key = $"{i:D20}";
            for (var n = 0; n < options.MaxPeers / options.MaxInfoHashes; n++)
            {
                stranger++;
                Ask(RawNode.Announce(key, RawNode.Token(Ask(RawNode.GetPeers(key)))));
            }
        }

        for (var i = 0; i < options.MaxItems; i++)
        {
            stranger++;
            var value = $"100:{i:D100}";
            var target = DhtItem.TargetOf(Encoding.Latin1.GetBytes(value)).ToArray();
            var get = RawNode.Query("get", "6:target20:" + Encoding.Latin1.GetString(target));
            Ask(RawNode.Query("put", $"5:token8:{RawNode.Token(Ask(get))}1:v{value}"));
        }

        string Ask(string query)
        {
            node.Receive(Encoding.Latin1.GetBytes(query), Hosts.Public(stranger), now);
            var reply = "";
            while (node.TryTransmit(buffer, out var length, out _))
            {
                var text = Encoding.Latin1.GetString(buffer, 0, length);
                if (!text.EndsWith("1:y1:qe", StringComparison.Ordinal)) reply = text;
            }

            return reply;
        }
    }
}
