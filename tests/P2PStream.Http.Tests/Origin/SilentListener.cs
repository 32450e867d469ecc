using System.Net;
using System.Net.Sockets;
using System.Text;

namespace P2PStream.Http.Tests;

/// <summary>Accepts one connection, says something once, and then nothing more.</summary>
internal sealed class SilentListener : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task<TcpClient> _client;

    public SilentListener(string answer)
    {
        _listener.Start();
        _client = AcceptAsync(answer);
    }

    public Uri Uri => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/a.ts");

    public void Dispose()
    {
        _listener.Stop();
        if (_client.IsCompletedSuccessfully) _client.Result.Dispose();
    }

    private async Task<TcpClient> AcceptAsync(string answer)
    {
        var client = await _listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
        return client;
    }
}
