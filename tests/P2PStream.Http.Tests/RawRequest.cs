using System.Net.Sockets;
using System.Text;

namespace P2PStream.Http.Tests;

/// <summary>Sends bytes that no well-behaved client would.</summary>
internal static class RawRequest
{
    /// <summary>The whole answer to a GET of a path that nobody has tidied up.</summary>
    public static async Task<string> GetAsync(
        Uri server, string path, CancellationToken cancellationToken, string? host = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
        await using var stream = client.GetStream();
        var request =
            $"GET {path} HTTP/1.1\r\nHost: {host ?? server.Authority}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>The status of that answer.</summary>
    public static async Task<int> StatusAsync(
        Uri server, string path, CancellationToken cancellationToken, string? host = null)
    {
        var answer = await GetAsync(server, path, cancellationToken, host);
        return int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
