using System.Net;
using System.Text;
using System.Threading.Channels;

namespace P2PStream.Transport.Tests;

/// <summary>Hears what the test says, and keeps what is said.</summary>
internal sealed class LanSocket : IDatagramSocket
{
    private readonly SemaphoreSlim _listening = new(0);
    private readonly Channel<(byte[] Bytes, IPEndPoint From)> _arriving =
        Channel.CreateUnbounded<(byte[], IPEndPoint)>();

    private readonly Channel<string> _said = Channel.CreateUnbounded<string>();

    public IPEndPoint LocalEndPoint { get; } = new(IPAddress.Loopback, 6771);

    /// <summary>What was said and is not read yet.</summary>
    public ChannelReader<string> Said => _said.Reader;

    /// <summary>Is heard, and returns when what that causes has happened.</summary>
    public async Task HearAsync(string message, IPAddress from, CancellationToken cancellationToken)
    {
        await _listening.WaitAsync(cancellationToken);
        _arriving.Writer.TryWrite((Encoding.ASCII.GetBytes(message), new IPEndPoint(from, 1)));
        await _listening.WaitAsync(cancellationToken);
        _listening.Release();
    }

    public ValueTask SendAsync(
        ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellationToken)
    {
        _said.Writer.TryWrite(Encoding.ASCII.GetString(datagram.Span));
        return ValueTask.CompletedTask;
    }

    public async ValueTask<Datagram> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _listening.Release();
        var (bytes, from) = await _arriving.Reader.ReadAsync(cancellationToken);
        bytes.CopyTo(buffer);
        return new Datagram(bytes.Length, from);
    }

    public ValueTask DisposeAsync()
    {
        _listening.Dispose();
        return ValueTask.CompletedTask;
    }
}
