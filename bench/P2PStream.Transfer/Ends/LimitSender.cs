using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace P2PStream.Transfer;

/// <summary>The bare sender: a file's worth of bytes from memory through SslStream, or the socket
/// alone, and nothing else. Settings for experiments: write=BYTES a write, header=BYTES written on
/// their own before each write, pack=BYTES that headers and writes are copied together to, send=BYTES
/// gathered before the socket.</summary>
internal static class LimitSender
{
    private const int FlushBytes = 64 * 1024;

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
        Stream stream = new BufferedEnds(
            new NetworkStream(socket), (int)options.Number("send"), receiveBytes: 0);
        if (options.Text("secure", "1") == "1")
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
            });
            stream = tls;
        }

        await SendAsync(stream, options, size, write);
        await console.QuitAsync();
    }

    private static async Task SendAsync(Stream stream, EndOptions options, long size, int write)
    {
        var bytes = RandomNumberGenerator.GetBytes(write);
        var header = new byte[options.Number("header")];
        var pack = new byte[options.Number("pack")];
        var packed = 0;
        var unflushed = 0;
        for (long sent = 0; sent < size; sent += bytes.Length)
        {
            var next = bytes.AsMemory(0, (int)Math.Min(bytes.Length, size - sent));
            if (pack.Length > 0)
            {
                if (packed + header.Length + next.Length > pack.Length)
                {
                    await stream.WriteAsync(pack.AsMemory(0, packed));
                    packed = 0;
                }

                header.CopyTo(pack, packed);
                next.CopyTo(pack.AsMemory(packed + header.Length));
                packed += header.Length + next.Length;
                continue;
            }

            if (header.Length > 0) await stream.WriteAsync(header);
            await stream.WriteAsync(next);
            unflushed += next.Length;
            if (unflushed < FlushBytes) continue;
            await stream.FlushAsync();
            unflushed = 0;
        }

        if (packed > 0) await stream.WriteAsync(pack.AsMemory(0, packed));
        await stream.FlushAsync();
    }
}
