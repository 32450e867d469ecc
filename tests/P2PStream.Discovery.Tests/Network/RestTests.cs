using System.Globalization;
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
        var start = GC.GetTotalMemory(true);
        var population = new Population(101, LongRun.IsOn ? 3000 : 300);
        var network = population.Network;
        network.RunFor(TimeSpan.FromMinutes(1));
        var (bytes, since) = (network.BytesSent, network.Now);
        network.RunFor(TimeSpan.FromMinutes(20));
        // Each datagram is sent by one and received by one.
        var rate = 2.0 * (network.BytesSent - bytes) / population.Size
            / (network.Now - since).TotalSeconds;
        var memory = (GC.GetTotalMemory(true) - start) / population.Size;
        LongRun.Tell(string.Create(CultureInfo.InvariantCulture,
            $"a node at rest of {population.Size}: {rate:0} B/s both ways, {memory / 1000} kB"));
        Assert.InRange(rate, 1, MaxBytesPerSecond);
        Assert.InRange(memory, 1, MaxMemory);
        Assert.All(network.Hosts, host => Assert.True(host.Node.RoutingTableSize > 100));
    }

    [Fact]
    public void A_node_whose_stores_are_full_is_bounded()
    {
        var options = new KademliaOptions();
        var random = new SeededRandom(5);
        var start = GC.GetTotalMemory(true);
        var peers = new PeerStore(options);
        for (var i = 0; i < 20_000; i++)
            peers.TryAdd(new InfoHash(random.NextNodeId()), Hosts.Public(i), default, default);
        var items = new ItemStore(options);
        for (var i = 0; i < 5000; i++)
        {
            var value = Encoding.ASCII.GetBytes($"500:{i:D4}{new string('x', 496)}");
            items.Put(new KrpcMessage { Value = value }, default, Hosts.Public(i), default);
        }

        var memory = GC.GetTotalMemory(true) - start;
        LongRun.Tell($"full stores: {memory / 1000} kB, {peers.Count} peers, {items.Count} items");
        Assert.InRange(memory, 1, 3 * MaxMemory);
        Assert.Equal(options.MaxInfoHashes, peers.InfoHashCount);
        GC.KeepAlive(items);
    }
}
