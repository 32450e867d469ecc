using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Whose threads a DHT node's loop takes.</summary>
public sealed class DhtTurnTests
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    private const int Turns = 100;

    /// <summary>The loop may be under way when it is given something: it is tried until one call in so many
    /// has found it waiting.</summary>
    private const int Tries = 20;

    private static readonly DhtEndPoint Asked = DhtEndPoint.From(new IPEndPoint(IPAddress.Loopback, 3));

    [Fact(Timeout = Limit)]
    public async Task Who_gives_it_something_to_do_has_its_thread_back_however_much_follows()
    {
        var cancellation = TestContext.Current.CancellationToken;
        for (var i = 0; i < Tries; i++)
        {
            await using var socket = new FollowedSocket(Turns);
            var node = new KademliaNode(new KademliaOptions(), new NodeId(new byte[NodeId.Size]), 1);
            await using var pump =
                new DhtPump([socket], node, new FakeTimeProvider(), null, NullLogger.Instance);
            // Each ping that is sent has the next one asked for.
            socket.Sent = () => pump.BeginAsync(new DhtCall(), Ping, cancellation);
            pump.Start([]);
            await IdleAsync(pump, cancellation);
            var sent = socket.Count(() => pump.BeginAsync(new DhtCall(), Ping, cancellation));
            await socket.Done.WaitAsync(cancellation);
            Assert.InRange(sent, 0, Turns / 2);
        }
    }

    /// <summary>Has the loop done something, after which it waits soon.</summary>
    private static async Task IdleAsync(DhtPump pump, CancellationToken cancellation)
    {
        var call = new DhtCall();
        await pump.BeginAsync(call, static (_, _) => throw new ArgumentException("No such thing."), cancellation);
        await Assert.ThrowsAsync<ArgumentException>(() => call.Events.Completion);
        for (var i = 0; i < Turns; i++) await Task.Yield();
    }

    private static DhtOperation Ping(KademliaNode node, TimeSpan now) => node.Ping(Asked, now);

    /// <summary>Receives nothing, and has so many sends followed by something.</summary>
    private sealed class FollowedSocket(int followed) : IDatagramSocket
    {
        private readonly ScriptedSocket _silent = new();
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile int _caller = -1;
        private int _sent;
        private int _sentByCaller;

        public Func<Task> Sent { get; set; } = static () => Task.CompletedTask;

        public Task Done => _done.Task;

        public IPEndPoint LocalEndPoint => _silent.LocalEndPoint;

        /// <summary>Calls, and counts what this thread sends until the call returns.</summary>
        public int Count(Func<Task> call)
        {
            _caller = Environment.CurrentManagedThreadId;
            _ = call();
            _caller = -1;
            return _sentByCaller;
        }

        public ValueTask SendAsync(
            ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellationToken)
        {
            if (_caller == Environment.CurrentManagedThreadId) _sentByCaller++;
            if (++_sent < followed) _ = Sent();
            else _done.TrySetResult();
            return ValueTask.CompletedTask;
        }

        public ValueTask<Datagram> ReceiveAsync(
            Memory<byte> buffer, CancellationToken cancellationToken) =>
            _silent.ReceiveAsync(buffer, cancellationToken);

        public ValueTask DisposeAsync() => _silent.DisposeAsync();
    }
}
