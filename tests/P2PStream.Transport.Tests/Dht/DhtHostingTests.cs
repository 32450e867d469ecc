using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Two address families, a table that outlives its node, and what is told of it all.</summary>
public sealed class DhtHostingTests
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);

    [Fact(Timeout = Limit)]
    public async Task A_node_of_both_families_joins_two_networks_as_one()
    {
        var cancellation = TestContext.Current.CancellationToken;
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using var both = NewNode(IPAddress.Loopback, IPAddress.IPv6Loopback);
        await both.StartAsync([], cancellation);
        await using var four = DhtNetwork.NewNode();
        await using var six = DhtNetwork.NewNode(IPAddress.IPv6Loopback);
        await four.StartAsync([both.LocalEndPoints[0]], cancellation);
        await six.StartAsync([both.LocalEndPoints[1]], cancellation);
        Assert.True(await four.BootstrapAsync(cancellation));
        Assert.True(await six.BootstrapAsync(cancellation));
        Assert.Equal(1, await four.AnnounceAsync(Key, 7004, cancellation));
        Assert.Equal(1, await six.AnnounceAsync(Key, 7006, cancellation));

        // Everyone knows it now, and it knows both: what it announces both families' nodes keep.
        Assert.Equal(
            [new(IPAddress.Loopback, 7004), new IPEndPoint(IPAddress.IPv6Loopback, 7006)],
            (await FindAsync(both, cancellation)).OrderBy(peer => peer.Port));
        Assert.Equal(2, await both.AnnounceAsync(Key, 7046, cancellation));
        Assert.Contains(new IPEndPoint(IPAddress.Loopback, 7046), await FindAsync(four, cancellation));
        Assert.Contains(new IPEndPoint(IPAddress.IPv6Loopback, 7046), await FindAsync(six, cancellation));
    }

    [Fact]
    public void Two_sockets_of_one_family_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(
            () => NewNode(IPAddress.Loopback, IPAddress.Loopback));
        Assert.Contains("one socket of each family", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_node_that_was_here_before_joins_without_contacts()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("p2pstream-table-");
        try
        {
            var options =
                new DhtNodeOptions { TableFile = Path.Combine(folder.FullName, "sub", "dht") };
            await using var network = await DhtNetwork.StartAsync(5, cancellation);
            await network.Nodes[1].AnnounceAsync(Key, 7001, cancellation);
            await using (var before = NewNode(options))
            {
                await before.StartAsync([network.Nodes[0].LocalEndPoint], cancellation);
                Assert.True(await before.BootstrapAsync(cancellation));
            }

            await using var after = NewNode(options);
            await after.StartAsync([], cancellation);
            Assert.True(await after.BootstrapAsync(cancellation));
            Assert.Equal(7001, Assert.Single(await FindAsync(after, cancellation)).Port);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_no_table_is_left_alone()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("p2pstream-table-");
        try
        {
            var file = Path.Combine(folder.FullName, "my.key");
            await File.WriteAllTextAsync(file, "somebody's key", cancellation);
            var log = new KeptLog();
            await using (var other = NewNode(new DhtNodeOptions()))
            await using (var node = NewNode(new DhtNodeOptions { TableFile = file, Log = log }))
            {
                await other.StartAsync([], cancellation);
                await node.StartAsync([other.LocalEndPoint], cancellation);
                Assert.True(await node.BootstrapAsync(cancellation));
            }

            // At its end it would have saved.
            Assert.Equal("somebody's key", await File.ReadAllTextAsync(file, cancellation));
            Assert.Contains(log.Lines, line => line.Contains("is left alone", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_damaged_table_is_told_in_one_line_and_the_node_goes_on()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "no table", cancellation);
            var log = new KeptLog();
            await using var network = await DhtNetwork.StartAsync(2, cancellation);
            await using var node = NewNode(new DhtNodeOptions { TableFile = file, Log = log });
            await node.StartAsync([network.Nodes[0].LocalEndPoint], cancellation);
            Assert.True(await node.BootstrapAsync(cancellation));
            var line = Assert.Single(log.Lines);
            Assert.Contains(file, line, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', line);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_table_that_cannot_be_saved_is_told_when_it_happens_and_once()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var inTheWay = Path.GetTempFileName();
        try
        {
            var log = new KeptLog();
            var time = new FakeTimeProvider();
            await using var network = await DhtNetwork.StartAsync(2, cancellation);
            await using var node = new DhtNode(
                UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0)),
                new DhtNodeOptions { TableFile = Path.Combine(inTheWay, "dht"), Log = log }, time);
            await node.StartAsync([network.Nodes[0].LocalEndPoint], cancellation);
            Assert.True(await node.BootstrapAsync(cancellation));
            Assert.Empty(log.Lines);
            time.Advance(DhtPump.SaveInterval);
            Assert.Contains(inTheWay, await log.ReadAsync(cancellation), StringComparison.Ordinal);
            await node.DisposeAsync();
            Assert.Single(log.Lines);
        }
        finally
        {
            File.Delete(inTheWay);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Nodes_of_one_factory_are_measured_together_and_leave_nothing_behind()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var meters = new OneMeter();
        var options = new DhtNodeOptions { Meters = meters };
        await using var network = await DhtNetwork.StartAsync(2, cancellation);
        var published = new ConcurrentBag<string>();
        var measured = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (!ReferenceEquals(instrument.Meter, meters.Meter)) return;
                published.Add(instrument.Name);
                listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            measured[instrument.Name + (tags.Length > 0 ? "/" + tags[0].Value : "")] = value);
        listener.SetMeasurementEventCallback<int>(
            (instrument, value, _, _) => measured[instrument.Name] = value);
        listener.Start();

        await using (var first = NewNode(options))
        {
            await using var second = NewNode(options);
            await JoinAsync(first);
            await JoinAsync(second);
            listener.RecordObservableInstruments();
            Assert.Equal(
                first.RoutingTableSize + second.RoutingTableSize, measured["p2pstream.dht.nodes"]);
            await second.AnnounceAsync(Key, 7001, cancellation);
        }

        listener.RecordObservableInstruments();
        Assert.Equal(0, measured["p2pstream.dht.nodes"]);
        var sent = measured["p2pstream.dht.queries.sent/get_peers"];
        Assert.True(sent >= 2, $"{sent} queries");
        await using (var third = NewNode(options)) await JoinAsync(third);
        listener.RecordObservableInstruments();
        Assert.True(measured["p2pstream.dht.queries.sent/get_peers"] >= sent);
        Assert.Equal(published.Distinct().Count(), published.Count);

        async Task JoinAsync(DhtNode node)
        {
            await node.StartAsync([network.Nodes[0].LocalEndPoint], cancellation);
            Assert.True(await node.BootstrapAsync(cancellation));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_node_does_is_measured()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = await DhtNetwork.StartAsync(3, cancellation);
        var measured = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == DhtNode.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            Add(instrument.Name + (tags.Length > 0 ? "/" + tags[0].Value : ""), value));
        listener.SetMeasurementEventCallback<int>(
            (instrument, value, _, _) => Add(instrument.Name, value));
        listener.Start();
        await network.Nodes[1].AnnounceAsync(Key, 7001, cancellation);
        listener.RecordObservableInstruments();
        // Nodes of other tests may be measured, too.
        Assert.True(measured["p2pstream.dht.nodes"] >= 4);
        Assert.True(measured["p2pstream.dht.peers"] >= 2);
        Assert.True(measured["p2pstream.dht.queries.sent/get_peers"] >= 2);
        Assert.True(measured["p2pstream.dht.queries.received/announce_peer"] >= 2);
        Assert.True(measured["p2pstream.dht.io/sent"] > 0);
        Assert.Equal(0, network.Nodes[1].Counters.Dropped(DhtDrop.Malformed));

        void Add(string name, long value)
        {
            lock (measured) measured[name] = measured.GetValueOrDefault(name) + value;
        }
    }

    private static DhtNode NewNode(params IPAddress[] addresses) => new(
        [.. addresses.Select(address => UdpDatagramSocket.Bind(new IPEndPoint(address, 0)))],
        new DhtNodeOptions(), TimeProvider.System);

    private static DhtNode NewNode(DhtNodeOptions options) => new(
        UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0)), options,
        TimeProvider.System);

    private static async Task<List<IPEndPoint>> FindAsync(
        DhtNode node, CancellationToken cancellation)
    {
        List<IPEndPoint> peers = [];
        await foreach (var peer in node.GetPeersAsync(Key, cancellation)) peers.Add(peer);
        return peers;
    }

    /// <summary>Gives out one meter of a name, as factories do.</summary>
    private sealed class OneMeter : IMeterFactory
    {
        public Meter Meter { get; } = new(DhtNode.MeterName);

        public Meter Create(MeterOptions options) => Meter;

        public void Dispose() => Meter.Dispose();
    }
}
