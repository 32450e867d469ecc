using System.Net;
using System.Net.Sockets;
using System.Text;

namespace P2PStream.Http.Tests;

/// <summary>An HTTP server that gives one scripted answer after another, well-formed or
/// not.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public ScriptedServer(params string[] answers)
    {
        _listener.Start();
        _loop = RunAsync(answers);
    }

    public Uri Uri => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/a.ts");

    /// <summary>The request lines and headers received.</summary>
    public List<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Between two clients the loop must find a listener, if only to be told that it is over.
        await _loop;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task RunAsync(string[] answers)
    {
        try
        {
            foreach (var answer in answers)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = client.GetStream();
                var request = "";
                var buffer = new byte[4096];
                while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    var read = await stream.ReadAsync(buffer, _stop.Token);
                    if (read == 0) return;
                    request += Encoding.ASCII.GetString(buffer, 0, read);
                }

                Requests.Add(request);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Fewer requests came than there are answers.
        }
    }
}
