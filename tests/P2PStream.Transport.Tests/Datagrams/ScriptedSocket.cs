using System.Net;
using System.Threading.Channels;

namespace P2PStream.Transport.Tests;

/// <summary>Receives what the test says.</summary>
internal sealed class ScriptedSocket : IDatagramSocket
{
    private readonly Channel<byte[]> _arriving = Channel.CreateBounded<byte[]>(1);

    public IPEndPoint LocalEndPoint { get; } = new(IPAddress.Loopback, 1);

    public ValueTask ArriveAsync(byte[] datagram) =>
        _arriving.Writer.WriteAsync(datagram, TestContext.Current.CancellationToken);

    public ValueTask SendAsync(
        ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    public async ValueTask<Datagram> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var datagram = await _arriving.Reader.ReadAsync(cancellationToken);
        var length = Math.Min(datagram.Length, buffer.Length);
        datagram.AsSpan(0, length).CopyTo(buffer.Span);
        return new Datagram(length, LocalEndPoint);
    }

    public ValueTask DisposeAsync()
    {
        _arriving.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
