using System.Net;
using System.Net.Sockets;
using System.Text;

namespace P2PStream.Tool.Tests;

/// <summary>A DHT node of one's own on loopback, that knows nobody and answers what the test says.
/// </summary>
internal sealed class ScriptedDhtNode : IAsyncDisposable
{
    private const string Id = "a node of this test.";

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Func<string, bool> _answers;
    private readonly Task _loop;

    /// <param name="answers">True for a query, in Latin-1, that is to be answered.</param>
    public ScriptedDhtNode(Func<string, bool> answers)
    {
        _answers = answers;
        _loop = RunAsync();
    }

    public string EndPoint => _socket.Client.LocalEndPoint!.ToString()!;

    /// <summary>Its ID in hexadecimal digits.</summary>
    public static string HexId => Convert.ToHexStringLower(Encoding.Latin1.GetBytes(Id));

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _loop;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var query = await _socket.ReceiveAsync();
                var text = Encoding.Latin1.GetString(query.Buffer);
                // Transaction IDs of ours have four bytes.
                var at = text.IndexOf("1:t4:", StringComparison.Ordinal);
                if (at < 0 || !_answers(text)) continue;
                var transaction = text.Substring(at, "1:t4:".Length + 4);
                var reply = Encoding.Latin1.GetBytes(
                    $"d1:rd2:id20:{Id}5:nodes0:e{transaction}1:y1:re");
                await _socket.SendAsync(reply, query.RemoteEndPoint);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
