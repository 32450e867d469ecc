using System.Net;

namespace P2PStream.Transport;

/// <summary>A UDP socket for a loop that has a thread of its own: it sends and receives on the thread that
/// calls, which spares a datagram two wake-ups of others. A receive that waits ends when the socket is
/// closed, not when it is cancelled.</summary>
internal sealed class BlockingDatagramSocket(UdpDatagramSocket socket) : IDatagramSocket
{
    public IPEndPoint LocalEndPoint => socket.LocalEndPoint;

    public ValueTask SendAsync(
        ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellationToken)
    {
        socket.Send(datagram.Span, remote);
        return ValueTask.CompletedTask;
    }

    public ValueTask<Datagram> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken) =>
        ValueTask.FromResult(socket.Receive(buffer.Span));

    public ValueTask DisposeAsync() => socket.DisposeAsync();
}
