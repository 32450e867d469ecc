using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;

namespace P2PStream.Transport.Tests;

/// <summary>Who gets a plaintext link, and what is said to who does not.</summary>
public sealed class PlainTcpTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly KeptLog _log = new();
    private readonly PlainTcpTransport _dialling = new(Ids.Numbered(2));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_node_without_an_id_is_refused() =>
        Assert.Throws<ArgumentException>(() => new PlainTcpTransport(default));

    [Fact]
    public async Task Each_end_says_who_it_is()
    {
        await using var listener = await ListenAsync();
        await using var dialled = await _dialling.ConnectAsync(listener.LocalAddress, Token);
        await using var accepted = await listener.AcceptAsync(Token);
        Assert.Equal(Ids.Numbered(1), dialled.Info.Remote);
        Assert.Equal(Ids.Numbered(2), accepted!.Info.Remote);
        Assert.Equal(PlainTcpTransport.AddressTag, accepted.Info.RemoteAddress.Tag);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nAccept: everything there is\r\n\r\n", "does not speak tcp-plain")]
    [InlineData("P2PPLAIM", "does not speak tcp-plain")]
    [InlineData("P2PPLAIN\u0002", "speaks version 2 of tcp-plain, and this node version 1")]
    public async Task A_dialler_with_another_preface_is_refused_at_once(string said, string told)
    {
        await using var listener = await ListenAsync();
        using var dialler = await RawTlsClient.DialAsync(listener.LocalAddress);
        await dialler.SendAsync(System.Text.Encoding.Latin1.GetBytes(said), Token);
        await ClosedAsync(dialler);
        await StillAcceptsAsync(listener);
        Assert.Contains(told, await OnlyLineAsync(listener), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dialler_that_stops_within_its_preface_is_refused()
    {
        await using var listener = await ListenAsync();
        using var dialler = await RawTlsClient.DialAsync(listener.LocalAddress);
        await dialler.SendAsync(PlainPreface.Of(Ids.Numbered(3)).AsMemory(0, 20), Token);
        dialler.Shutdown(SocketShutdown.Send);
        await ClosedAsync(dialler);
        Assert.Contains("closed the link before it said who it is", await OnlyLineAsync(listener),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dialler_without_an_id_is_refused()
    {
        await using var listener = await ListenAsync();
        using var dialler = await RawTlsClient.DialAsync(listener.LocalAddress);
        await dialler.SendAsync(PlainPreface.Of(default), Token);
        await ClosedAsync(dialler);
        Assert.Contains("does not say who it is", await OnlyLineAsync(listener), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_is_not_linked_to_itself()
    {
        await using var listener = await ListenAsync();
        var own = new PlainTcpTransport(Ids.Numbered(1));
        await Assert.ThrowsAsync<LinkException>(
            () => own.ConnectAsync(listener.LocalAddress, Token).AsTask());
        Assert.Contains("is this node itself", await OnlyLineAsync(listener), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_right_behind_the_preface_are_the_links()
    {
        await using var listener = await ListenAsync();
        using var dialler = await RawTlsClient.DialAsync(listener.LocalAddress);
        await dialler.SendAsync(
            new byte[][] { PlainPreface.Of(Ids.Numbered(3)), [1, 2, 3] }.SelectMany(b => b).ToArray(),
            Token);
        await using var accepted = await listener.AcceptAsync(Token);
        var place = new byte[3];
        await accepted!.ReadPayloadAsync(place, Token);
        Assert.Equal([1, 2, 3], place);
    }

    [Fact]
    public async Task A_silent_dialler_is_dropped_in_time()
    {
        var options = new TcpOptions { Time = new FakeTimeProvider() };
        await using var listener = await ListenAsync(options);
        using var silent = await RawTlsClient.DialAsync(listener.LocalAddress);

        // That a later one is a link shows that the set-up of the silent one has begun.
        await StillAcceptsAsync(listener);
        ((FakeTimeProvider)options.Time).Advance(options.SetupTimeout);
        Assert.Equal(0, await silent.ReceiveAsync(new byte[1], Token));
    }

    [Fact]
    public async Task A_silent_listener_is_given_up_in_time()
    {
        var time = new FakeTimeProvider();
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        var dialling = new PlainTcpTransport(Ids.Numbered(2), new TcpOptions { Time = time });
        var address = new TransportAddress(
            PlainTcpTransport.AddressTag, silent.LocalEndPoint!.ToString()!);
        var connecting = dialling.ConnectAsync(address, Token).AsTask();
        using var accepted = await silent.AcceptAsync(Token);
        time.Advance(TimeSpan.FromSeconds(10));
        var error = await Assert.ThrowsAsync<LinkException>(() => connecting.WaitAsync(Soon, Token));
        Assert.Equal($"{address.Value} did not answer within 10 s.", error.Message);
    }

    [Fact]
    public async Task A_tls_dialler_at_a_plain_port_is_told_in_one_line()
    {
        await using var listener = await ListenAsync();
        using var identity = LinkIdentity.Create();
        var at = listener.LocalAddress with { Tag = TlsTcpTransport.AddressTag };
        var error = await Assert.ThrowsAsync<LinkException>(
            () => new TlsTcpTransport(identity).ConnectAsync(at, Token).AsTask().WaitAsync(Soon, Token));
        Assert.Equal($"{at.Value} failed its TLS handshake.", error.Message);
        await StillAcceptsAsync(listener);
        Assert.Contains("does not speak tcp-plain; TLS, perhaps", await OnlyLineAsync(listener),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_dialler_at_a_tls_port_is_told_in_one_line()
    {
        using var identity = LinkIdentity.Create();
        var tls = new TlsTcpTransport(identity, new TlsTcpOptions { Logger = _log });
        await using var listener = await tls.ListenAsync(Loopback.AnyPort, Token);
        var at = listener.LocalAddress with { Tag = PlainTcpTransport.AddressTag };
        var error = await Assert.ThrowsAsync<LinkException>(
            () => _dialling.ConnectAsync(at, Token).AsTask().WaitAsync(Soon, Token));
        Assert.Contains("TLS", error.Message, StringComparison.Ordinal);
        Assert.StartsWith(at.Value, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_batch_that_nobody_reads_is_given_up_with_its_token()
    {
        await using var listener = await ListenAsync();
        await using var dialled = await _dialling.ConnectAsync(listener.LocalAddress, Token);
        await using var accepted = await listener.AcceptAsync(Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var pool = new BlockPool(4);
        Task? writing = null;
        while (writing is null || writing.IsCompletedSuccessfully)
        {
            var batch = new TransmitBatch();
            for (var i = 0; i < 4; i++)
            {
                batch.Advance(batch.GetSpan(13).Length > 13 ? 13 : 0);
                Assert.True(pool.TryRent(ContentLimits.BlockBytes, out var lease));
                batch.AddPayload(lease!);
            }

            writing = WriteAsync(dialled, batch, stop.Token);
            await Task.WhenAny(writing, Task.Delay(300, Token));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Soon, Token));
        Assert.Equal(0, pool.Rented);
    }

    private static async Task WriteAsync(
        ILink link, TransmitBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await link.WriteAsync(batch, cancellationToken);
        }
        finally
        {
            batch.Clear();
        }
    }

    private ValueTask<ILinkListener> ListenAsync(TcpOptions? options = null) =>
        new PlainTcpTransport(Ids.Numbered(1), new TcpOptions
        {
            Time = options?.Time ?? TimeProvider.System, Logger = _log,
        }).ListenAsync(Loopback.AnyPlainPort, Token);

    /// <summary>A listener that has ended has told all.</summary>
    private async Task<string> OnlyLineAsync(ILinkListener listener)
    {
        await listener.DisposeAsync();
        return Assert.Single(_log.Lines);
    }

    private async Task StillAcceptsAsync(ILinkListener listener)
    {
        await using var dialled = await _dialling.ConnectAsync(listener.LocalAddress, Token);
        await using var accepted = await listener.AcceptAsync(Token);
        Assert.Equal(Ids.Numbered(2), accepted!.Info.Remote);
    }

    /// <summary>Closed with bytes of ours unread, a socket is reset.</summary>
    private static async Task ClosedAsync(Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], Token));
        }
        catch (SocketException error)
        {
            Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        }
    }
}
