using System.Net;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>What becomes of a DHT node whose sockets fail.</summary>
public sealed class DhtReceivingTests
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);

    private readonly KeptLog _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_node_goes_on_after_receives_that_fail()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var socket = new UnreliableSocket { FailuresLeft = DatagramReceiver.PatientFailures - 1 };
        await using var network = await DhtNetwork.StartAsync(2, cancellation);
        await using var node = NewNode(TimeProvider.System, socket);
        await node.StartAsync([network.Nodes[0].LocalEndPoint], cancellation);
        Assert.True(await node.BootstrapAsync(cancellation));
        Assert.Empty(_log.Lines);
    }

    [Fact(Timeout = Limit)]
    public async Task Receives_that_keep_failing_are_told_once_and_tried_less_often()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        var socket = new UnreliableSocket { FailuresLeft = DatagramReceiver.PatientFailures + 2 };
        await using var node = NewNode(time, socket);
        await node.StartAsync([], cancellation);
        var line = await _log.ReadAsync(cancellation);
        Assert.Contains(socket.LocalEndPoint.ToString(), line, StringComparison.Ordinal);
        Assert.Equal(DatagramReceiver.PatientFailures, socket.Receives);
        // Until the last failure is over: each takes a pause.
        while (socket.FailuresLeft >= 0)
        {
            time.Advance(DatagramReceiver.FailurePause);
            await Task.Yield();
        }

        await using var other = DhtNetwork.NewNode();
        await other.StartAsync([node.LocalEndPoint], cancellation);
        Assert.True(await other.BootstrapAsync(cancellation));
        Assert.Single(_log.Lines);
    }

    [Fact(Timeout = Limit)]
    public async Task A_socket_that_somebody_else_disposed_ends_the_node_and_is_told()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var silent = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var socket = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var node = NewNode(TimeProvider.System, socket);
        await node.StartAsync([silent.LocalEndPoint], cancellation);
        var search = node.AnnounceAsync(Key, 1, cancellation);
        await socket.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => search);
        var line = Assert.Single(_log.Lines);
        Assert.Contains(socket.LocalEndPoint.ToString(), line, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_node_that_has_lost_one_of_two_sockets_goes_on_with_the_other()
    {
        var cancellation = TestContext.Current.CancellationToken;
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "this machine has no IPv6");
        var four = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var six = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        await using var network = await DhtNetwork.StartAsync(2, cancellation);
        await using var silent = UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        await using var node = NewNode(TimeProvider.System, four, six);
        await node.StartAsync([], cancellation);
        await six.DisposeAsync();
        await _log.ReadAsync(cancellation);
        // Both families are asked.
        Assert.True(await node.JoinAsync(
            [silent.LocalEndPoint, network.Nodes[0].LocalEndPoint], cancellation));
        Assert.InRange(await node.AnnounceAsync(Key, 7001, cancellation), 1, 2);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task A_node_that_is_disposed_tells_nothing()
    {
        await using (var node = NewNode(TimeProvider.System, new UnreliableSocket()))
            await node.StartAsync([], Cancellation);
        Assert.Empty(_log.Lines);
    }

    private DhtNode NewNode(TimeProvider time, params IDatagramSocket[] sockets) =>
        new(sockets, new DhtNodeOptions { Log = _log }, time);
}
