using System.Net;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>A call that is cancelled while the node has so much to do that its queue is full.</summary>
public sealed class DhtAbandonedTests
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    /// <summary>More than a node's queue holds, and what the socket and its reader hold.</summary>
    private const int Flood = 1100;

    private static readonly IPEndPoint Contact = new(IPAddress.Loopback, 2);
    private static readonly IPEndPoint Asked = new(IPAddress.Loopback, 3);

    [Fact(Timeout = Limit)]
    public async Task What_nobody_waits_for_ends_also_while_the_queue_is_full()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        var socket = new GatedSocket();
        await using var node = new DhtNode(socket, new DhtNodeOptions(), time);
        await node.StartAsync([Contact], cancellation);
        using var cancel = new CancellationTokenSource();
        var item = DhtItem.Immutable("1:x"u8.ToArray());
        var kept = node.KeepItemAsync(item, null, cancel.Token);
        await socket.SentAsync(IsGet, cancellation);

        // The loop is held up where it sends; what arrives then fills its queue.
        socket.Close();
        var ping = node.PingAsync(Asked, cancellation);
        await socket.HeldUpAsync(cancellation);
        for (var i = 0; i < Flood; i++) await socket.ArriveAsync("no message"u8.ToArray());
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kept);
        socket.Open();
        await socket.SentAsync((_, to) => to.Equals(Asked), cancellation);

        // Hours in which it would be put again: what is asked in each shows that the node has seen it.
        for (var i = 0; i < 4; i++)
        {
            time.Advance(new KademliaOptions().PutInterval);
            Assert.Null(await ping);
            ping = node.PingAsync(Asked, cancellation);
            var (datagram, _) = await socket.SentAsync(
                (datagram, to) => IsGet(datagram, to) || to.Equals(Asked), cancellation);
            Assert.False(IsGet(datagram, Contact), "it is still put again");
        }
    }

    private static bool IsGet(string datagram, IPEndPoint to) =>
        datagram.Contains("1:q3:get", StringComparison.Ordinal);
}
