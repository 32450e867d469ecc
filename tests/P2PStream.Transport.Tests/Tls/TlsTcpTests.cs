using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;

namespace P2PStream.Transport.Tests;

public sealed class TlsTcpTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly LinkIdentity _listening = LinkIdentity.Create();
    private readonly LinkIdentity _dialling = LinkIdentity.Create();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listening.Dispose();
        _dialling.Dispose();
    }

    [Fact]
    public async Task Every_link_proves_both_keys_again()
    {
        await using var listener = await ListenAsync();
        var dialling = new TlsTcpTransport(_dialling);
        for (var i = 0; i < 3; i++)
        {
            await using var dialled = await dialling.ConnectAsync(listener.LocalAddress, Token);
            await using var accepted = await listener.AcceptAsync(Token);
            Assert.Equal(_listening.Id, dialled.Info.Remote);
            Assert.Equal(_dialling.Id, accepted!.Info.Remote);
            Assert.Equal(PathClass.SameHost, dialled.Info.Path);
        }
    }

    [Fact]
    public async Task A_client_that_asks_to_resume_gets_a_full_handshake()
    {
        await using var listener = await ListenAsync();
        for (var i = 0; i < 3; i++)
        {
            using var client = await RawTlsClient.ConnectAsync(
                listener.LocalAddress, _dialling.Certificate, resume: true);
            await using var accepted = await listener.AcceptAsync(Token);
            Assert.Equal(_dialling.Id, accepted!.Info.Remote);
        }
    }

    [Fact]
    public async Task A_client_without_a_certificate_never_becomes_a_link()
    {
        await using var listener = await ListenAsync();
        await RefusedAsync(listener, null);
        await StillAcceptsAsync(listener);
    }

    [Fact]
    public async Task A_client_with_another_kind_of_key_never_becomes_a_link()
    {
        await using var listener = await ListenAsync();
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest(
            "CN=other", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        await RefusedAsync(listener, certificate);
        await StillAcceptsAsync(listener);
    }

    [Fact]
    public async Task Tls_1_2_with_an_AEAD_is_enough()
    {
        var old = new TlsTcpOptions { Protocols = SslProtocols.Tls12 };
        await using var listener = await ListenAsync();
        var dialling = new TlsTcpTransport(_dialling, old);
        await using var dialled = await dialling.ConnectAsync(listener.LocalAddress, Token);
        await using var accepted = await listener.AcceptAsync(Token);
        Assert.Equal(_listening.Id, dialled.Info.Remote);
        Assert.Equal(_dialling.Id, accepted!.Info.Remote);
    }

    [Fact]
    public async Task Diallers_who_say_nothing_do_not_keep_others_out()
    {
        var options = new TlsTcpOptions { MaxHandshakes = 4 };
        await using var listener = await ListenAsync(options);
        var silent = new List<Socket>();
        for (var i = 0; i < 8; i++) silent.Add(await RawTlsClient.DialAsync(listener.LocalAddress));
        await StillAcceptsAsync(listener);

        // The first ones gave way to the later ones: their sockets are closed.
        var buffer = new byte[1];
        Assert.Equal(0, await silent[0].ReceiveAsync(buffer, Token));
        foreach (var socket in silent) socket.Dispose();
    }

    [Fact]
    public async Task A_silent_dialler_is_dropped_in_time()
    {
        var time = new FakeTimeProvider();
        var options = new TlsTcpOptions { Time = time };
        await using var listener = await ListenAsync(options);
        using var silent = await RawTlsClient.DialAsync(listener.LocalAddress);

        // That a later one is a link shows that the handshake of the silent one has begun.
        await StillAcceptsAsync(listener);
        time.Advance(options.SetupTimeout);
        Assert.Equal(0, await silent.ReceiveAsync(new byte[1], Token));
    }

    [Fact]
    public async Task A_silent_listener_is_given_up_in_time()
    {
        var time = new FakeTimeProvider();
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        silent.Listen();
        var dialling = new TlsTcpTransport(_dialling, new TlsTcpOptions { Time = time });
        var address = new TransportAddress(TlsTcpTransport.AddressTag,
            silent.LocalEndPoint!.ToString()!);
        var connecting = dialling.ConnectAsync(address, Token).AsTask();
        using var accepted = await silent.AcceptAsync(Token);
        time.Advance(TimeSpan.FromSeconds(10));
        var error = await Assert.ThrowsAsync<LinkException>(() =>
            connecting.WaitAsync(Soon, Token));
        Assert.Equal($"{address.Value} did not answer within 10 s.", error.Message);
    }

    [Fact]
    public async Task A_listener_that_speaks_no_TLS_is_refused()
    {
        using var plain = new Socket(SocketType.Stream, ProtocolType.Tcp);
        plain.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        plain.Listen();
        var address = new TransportAddress(TlsTcpTransport.AddressTag,
            plain.LocalEndPoint!.ToString()!);
        var connecting = new TlsTcpTransport(_dialling).ConnectAsync(address, Token).AsTask();
        using var accepted = await plain.AcceptAsync(Token);
        await accepted.SendAsync("220 smtp.example ESMTP\r\n"u8.ToArray(), Token);
        var error = await Assert.ThrowsAsync<LinkException>(() =>
            connecting.WaitAsync(Soon, Token));
        Assert.Equal($"{address.Value} failed its TLS handshake.", error.Message);
    }

    [Fact]
    public async Task A_name_is_looked_up()
    {
        await using var listener = await ListenAsync();
        Assert.True(HostPort.TryParse(listener.LocalAddress.Value, out var at));
        var dialling = new TlsTcpTransport(_dialling);
        await using var dialled = await dialling.ConnectAsync(
            new TransportAddress(TlsTcpTransport.AddressTag, $"localhost:{at.Port}"), Token);
        Assert.Equal(_listening.Id, dialled.Info.Remote);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("127.0.0.1:0")]
    [InlineData(":1")]
    [InlineData("::1:5")]
    [InlineData("a b:5")]
    public async Task What_is_no_address_is_refused(string value)
    {
        var error = await Assert.ThrowsAsync<LinkException>(() => new TlsTcpTransport(_dialling)
            .ConnectAsync(new TransportAddress(TlsTcpTransport.AddressTag, value), Token).AsTask());
        Assert.DoesNotContain('\n', error.Message);
    }

    private ValueTask<ILinkListener> ListenAsync(TlsTcpOptions? options = null) =>
        new TlsTcpTransport(_listening, options).ListenAsync(Loopback.AnyPort, Token);

    private async Task StillAcceptsAsync(ILinkListener listener)
    {
        await using var dialled = await new TlsTcpTransport(_dialling)
            .ConnectAsync(listener.LocalAddress, Token);
        await using var accepted = await listener.AcceptAsync(Token);
        Assert.Equal(_dialling.Id, accepted!.Info.Remote);
    }

    /// <summary>Under TLS 1.3 the client may finish first and learn of its refusal with its first
    /// read.</summary>
    private static async Task RefusedAsync(ILinkListener listener, X509Certificate2? certificate)
    {
        try
        {
            using var client = await RawTlsClient.ConnectAsync(
                listener.LocalAddress, certificate, resume: false);
            Assert.Equal(0, await client.Tls.ReadAsync(new byte[1], Token));
        }
        catch (Exception error) when (error is IOException or AuthenticationException)
        {
            // As good: the refusal came with the handshake.
        }
    }
}
