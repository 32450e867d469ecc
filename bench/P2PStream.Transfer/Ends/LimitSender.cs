using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace P2PStream.Transfer;

/// <summary>The bare sender: a file's worth of bytes from memory through SslStream, or the socket
/// alone, and nothing else.</summary>
internal static class LimitSender
{
    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        var size = options.Number("size");
        var write = (int)options.Number("write", 64 * 1024);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=limit", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var listener = new TcpListener(
            IPAddress.Parse(options.Text("address", "127.0.0.1")), 0);
        listener.Start();
        EndConsole.Say($"ready {listener.LocalEndpoint}");
        using var socket = await listener.AcceptSocketAsync();
        socket.NoDelay = true;
        Stream stream = new NetworkStream(socket);
        if (options.Text("secure", "1") == "1")
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
            });
            stream = tls;
        }

        var bytes = RandomNumberGenerator.GetBytes(write);
        for (long sent = 0; sent < size; sent += bytes.Length)
            await stream.WriteAsync(bytes.AsMemory(0, (int)Math.Min(bytes.Length, size - sent)));
        await console.QuitAsync();
    }
}
