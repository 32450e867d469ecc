using System.Net;
using P2PStream.Transport;

namespace P2PStream.Testing;

/// <summary>
/// What every <see cref="IDatagramSocket"/> promises, as cases that any test framework can run. On
/// a path that may lose datagrams the cases send again.
/// </summary>
public static class DatagramContract
{
    /// <summary>Datagrams in flight at once in a case; few enough for any buffer.</summary>
    private const int Several = 16;

    /// <summary>After this long without an answer a datagram counts as lost and is sent
    /// again.</summary>
    private static readonly TimeSpan Resend = TimeSpan.FromSeconds(1);

    /// <summary>The cases.</summary>
    /// <param name="factory">Makes a fresh socket at a free port; two of them can reach each
    /// other.</param>
    public static IReadOnlyList<ContractCase> Cases(Func<IDatagramSocket> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return
        [
            Case("a datagram arrives whole, with its sender's address", WholeAsync),
            Case("several datagrams stay apart", ApartAsync),
            Case("what does not fit into the buffer is cut off", CutAsync),
            Case("sending to nobody does no harm", NobodyAsync),
            Case("a cancelled receive gives up and the next works", CancelledAsync),
            Case("disposing ends a receive under way", DisposedAsync),
        ];

        ContractCase Case(
            string name, Func<IDatagramSocket, IDatagramSocket, CancellationToken, Task> run) =>
            new(name, cancellationToken => Require.InTimeAsync(
                name, TransportContract.CaseTimeout, async token =>
                {
                    var one = factory();
                    await using var _ = one.ConfigureAwait(false);
                    var other = factory();
                    await using var __ = other.ConfigureAwait(false);
                    await run(one, other, token).ConfigureAwait(false);
                }, cancellationToken));
    }

    private static async Task WholeAsync(
        IDatagramSocket one, IDatagramSocket other, CancellationToken cancellationToken)
    {
        Require.That(one.LocalEndPoint.Port != 0, "A socket names its real port.");
        foreach (var length in new[] { 1, 100, 1200 })
        {
            var sent = LinkPair.Pattern(length, length);
            var buffer = new byte[2048];
            var datagram = await ExchangeAsync(one, other, sent, buffer, cancellationToken)
                .ConfigureAwait(false);
            Require.That(datagram.Length == length, "A datagram keeps its length.");
            Require.That(buffer.AsSpan(0, length).SequenceEqual(sent),
                "A datagram arrives unchanged.");
            Require.That(datagram.Remote.Equals(one.LocalEndPoint),
                "A datagram names its sender's address, an IPv4 one as such.");
        }
    }

    private static async Task ApartAsync(
        IDatagramSocket one, IDatagramSocket other, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(1, Several).Select(length => one.SendAsync(
            LinkPair.Pattern(length, length), other.LocalEndPoint, cancellationToken).AsTask()))
            .ConfigureAwait(false);
        var buffer = new byte[2048];
        for (var i = 0; i < Several; i++)
        {
            using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            lost.CancelAfter(Resend);
            try
            {
                var datagram = await other.ReceiveAsync(buffer, lost.Token).ConfigureAwait(false);
                Require.That(
                    LinkPair.Pattern(datagram.Length, datagram.Length).AsSpan()
                        .SequenceEqual(buffer.AsSpan(0, datagram.Length)),
                    "Datagrams do not run into each other.");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Datagrams may be lost; that some of these arrive the other cases show.
                return;
            }
        }
    }

    private static async Task CutAsync(
        IDatagramSocket one, IDatagramSocket other, CancellationToken cancellationToken)
    {
        var sent = LinkPair.Pattern(100, 9);
        var buffer = new byte[10];
        var cut = await ExchangeAsync(one, other, sent, buffer, cancellationToken)
            .ConfigureAwait(false);
        Require.That(cut.Length == buffer.Length
            && buffer.AsSpan().SequenceEqual(sent.AsSpan(0, 10)),
            "What does not fit is cut off.");
    }

    private static async Task NobodyAsync(
        IDatagramSocket one, IDatagramSocket other, CancellationToken cancellationToken)
    {
        var gone = new IPEndPoint(other.LocalEndPoint.Address, other.LocalEndPoint.Port);
        await other.DisposeAsync().ConfigureAwait(false);
        for (var i = 0; i < 3; i++)
            await one.SendAsync(new byte[] { 1 }, gone, cancellationToken).ConfigureAwait(false);

        // What the network says of it must not come out of a receive.
        var buffer = new byte[16];
        var echo = await ExchangeAsync(one, one, new byte[] { 7 }, buffer, cancellationToken)
            .ConfigureAwait(false);
        Require.That(echo.Length == 1 && buffer[0] == 7, "A socket outlives sending to nobody.");
    }

    private static async Task CancelledAsync(
        IDatagramSocket one, IDatagramSocket other, CancellationToken cancellationToken)
    {
        using var cancel = new CancellationTokenSource();
        var buffer = new byte[16];
        var receiving = other.ReceiveAsync(buffer, cancel.Token).AsTask();
        await cancel.CancelAsync().ConfigureAwait(false);
        await Require.ThrowsAsync<OperationCanceledException>(
            () => receiving, "A cancelled receive is cancelled.").ConfigureAwait(false);
        var next = await ExchangeAsync(one, other, new byte[] { 5 }, buffer, cancellationToken)
            .ConfigureAwait(false);
        Require.That(next.Length == 1, "A receive after a cancelled one works.");
    }

    private static async Task DisposedAsync(
        IDatagramSocket one, IDatagramSocket other, CancellationToken cancellationToken)
    {
        var receiving = one.ReceiveAsync(new byte[16], cancellationToken).AsTask();
        await one.DisposeAsync().ConfigureAwait(false);
        await one.DisposeAsync().ConfigureAwait(false);
        await Require.ThrowsAsync<ObjectDisposedException>(
            () => receiving, "Disposing ends a receive with ObjectDisposedException.")
            .ConfigureAwait(false);
    }

    private static async Task<Datagram> ExchangeAsync(
        IDatagramSocket from, IDatagramSocket to, ReadOnlyMemory<byte> sent, Memory<byte> buffer,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            await from.SendAsync(sent, to.LocalEndPoint, cancellationToken).ConfigureAwait(false);
            using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            lost.CancelAfter(Resend);
            try
            {
                return await to.ReceiveAsync(buffer, lost.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Lost: again.
            }
        }
    }
}
