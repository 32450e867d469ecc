using System.Net;

namespace P2PStream.Transport.Tests;

/// <summary>A UDP socket that is waited in.</summary>
public sealed class BlockingDatagramTests
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    [Fact(Timeout = Limit)]
    public async Task What_is_sent_arrives_whole_or_cut_to_the_buffer()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var one = Bind();
        await using var other = Bind();
        await one.SendAsync(new byte[] { 1, 2, 3 }, other.LocalEndPoint, cancellation);
        await one.SendAsync(new byte[] { 4, 5, 6 }, other.LocalEndPoint, cancellation);
        var buffer = new byte[3];
        var whole = await Waiting(() => other.ReceiveAsync(buffer, cancellation));
        Assert.Equal(new Datagram(3, one.LocalEndPoint), whole);
        Assert.Equal([1, 2, 3], buffer);
        if (OperatingSystem.IsWindows()) return;
        var cut = await Waiting(() => other.ReceiveAsync(buffer.AsMemory(0, 2), cancellation));
        Assert.Equal(2, cut.Length);
        Assert.Equal([4, 5, 3], buffer);
    }

    [Fact(Timeout = Limit)]
    public async Task Nobody_at_the_other_end_is_no_error()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var one = Bind();
        var gone = Bind();
        await gone.DisposeAsync();
        for (var i = 0; i < 3; i++) await one.SendAsync(new byte[] { 1 }, gone.LocalEndPoint, cancellation);
        await one.SendAsync(new byte[] { 2 }, one.LocalEndPoint, cancellation);
        var buffer = new byte[1];
        await Waiting(() => one.ReceiveAsync(buffer, cancellation));
        Assert.Equal(2, buffer[0]);
    }

    [Fact(Timeout = Limit)]
    public async Task Closing_ends_a_receive_that_waits_and_whatever_follows()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var socket = Bind();
        using var waits = new ManualResetEventSlim();
        var receive = Waiting(() =>
        {
            waits.Set();
            return socket.ReceiveAsync(new byte[1], cancellation);
        });
        waits.Wait(cancellation);
        await socket.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receive);
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => Waiting(() => socket.ReceiveAsync(new byte[1], cancellation)));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => Waiting(() => Sent(socket.SendAsync(new byte[1], socket.LocalEndPoint, cancellation))));
        await socket.DisposeAsync();
    }

    private static BlockingDatagramSocket Bind() =>
        new(UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0)));

    private static async ValueTask<Datagram> Sent(ValueTask sending)
    {
        await sending;
        return default;
    }

    /// <summary>On a thread that may wait.</summary>
    private static Task<Datagram> Waiting(Func<ValueTask<Datagram>> receive) =>
        Task.Run(async () => await receive(), TestContext.Current.CancellationToken);
}
