using System.Net;
using System.Net.Sockets;

namespace P2PStream.Transport.Tests;

/// <summary>A socket of loopback whose receives fail as often as the test says.</summary>
internal sealed class UnreliableSocket : IDatagramSocket
{
    private readonly UdpDatagramSocket _socket =
        UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>Receives that are still going to fail.</summary>
    public int FailuresLeft { get; set; }

    /// <summary>Receives that were tried.</summary>
    public int Receives { get; private set; }

    public IPEndPoint LocalEndPoint => _socket.LocalEndPoint;

    public ValueTask SendAsync(
        ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellationToken) =>
        _socket.SendAsync(datagram, remote, cancellationToken);

    public ValueTask<Datagram> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Receives++;
        return FailuresLeft-- > 0
            ? ValueTask.FromException<Datagram>(new SocketException((int)SocketError.NetworkDown))
            : _socket.ReceiveAsync(buffer, cancellationToken);
    }

    public ValueTask DisposeAsync() => _socket.DisposeAsync();
}
