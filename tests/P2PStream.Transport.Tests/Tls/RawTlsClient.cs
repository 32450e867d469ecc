using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using P2PStream.Protocol;

namespace P2PStream.Transport.Tests;

/// <summary>A TLS client without our policy, to do what ours never does.</summary>
internal sealed class RawTlsClient : IDisposable
{
    private RawTlsClient(Socket socket)
    {
        Socket = socket;
        Tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
    }

    public Socket Socket { get; }

    public SslStream Tls { get; }

    /// <summary>Connects with a link key of its own.</summary>
    public static async Task<RawTlsClient> ConnectAsync(TransportAddress address)
    {
        using var identity = LinkIdentity.Create();
        return await ConnectAsync(address, identity.Certificate, resume: false);
    }

    /// <param name="address">Where to.</param>
    /// <param name="certificate">Null for none.</param>
    /// <param name="resume">Whether it asks to resume.</param>
    public static async Task<RawTlsClient> ConnectAsync(
        TransportAddress address, X509Certificate2? certificate, bool resume)
    {
        var client = new RawTlsClient(await DialAsync(address));
        await client.Tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "any",
            ClientCertificates = certificate is null ? null : [certificate],
            AllowTlsResume = resume,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        }, TestContext.Current.CancellationToken);
        return client;
    }

    public static async Task<Socket> DialAsync(TransportAddress address)
    {
        Assert.True(HostPort.TryParse(address.Value, out var target));
        var endPoints = await target.ResolveAsync(TestContext.Current.CancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoints[0], TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Closes with an RST.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Close();
    }

    public void Dispose() => Tls.Dispose();
}
