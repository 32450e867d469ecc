using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Operations that cannot be started: they fail alone.</summary>
public sealed class DhtPumpTests : IAsyncDisposable
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    private static readonly IPEndPoint Asked = new(IPAddress.Loopback, 3);

    private readonly GatedSocket _socket = new();
    private readonly DhtPump _pump;

    public DhtPumpTests()
    {
        var node = new KademliaNode(new KademliaOptions(), new NodeId(new byte[NodeId.Size]), 1);
        _pump = new DhtPump([_socket], node, new FakeTimeProvider(), null, NullLogger.Instance);
        _pump.Start([]);
    }

    [Fact(Timeout = Limit)]
    public async Task An_operation_that_cannot_be_started_fails_and_the_next_goes_on()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var refused = await BeginAsync(Refuse, cancellation);
        await BeginAsync(Ping, cancellation);
        await Assert.ThrowsAsync<ArgumentException>(() => refused.Events.Completion);
        await _socket.SentAsync((_, to) => to.Equals(Asked), cancellation);
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_cannot_be_started_when_the_node_ends_holds_up_no_other()
    {
        var cancellation = TestContext.Current.CancellationToken;
        _socket.Close();
        var sending = await BeginAsync(Ping, cancellation);
        await _socket.HeldUpAsync(cancellation);
        var refused = await BeginAsync(Refuse, cancellation);
        var waiting = await BeginAsync(Ping, cancellation);
        await _pump.DisposeAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => refused.Events.Completion);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sending.Events.Completion);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.Events.Completion);
    }

    public async ValueTask DisposeAsync()
    {
        await _pump.DisposeAsync();
        await _socket.DisposeAsync();
    }

    private static DhtOperation Refuse(KademliaNode node, TimeSpan now) =>
        throw new ArgumentException("No such thing.");

    private static DhtOperation Ping(KademliaNode node, TimeSpan now) =>
        node.Ping(DhtEndPoint.From(Asked), now);

    private async Task<DhtCall> BeginAsync(
        Func<KademliaNode, TimeSpan, DhtOperation> start, CancellationToken cancellation)
    {
        var call = new DhtCall();
        await _pump.BeginAsync(call, start, cancellation);
        return call;
    }
}
