using System.Net;
using System.Net.Sockets;

namespace P2PStream.Transport;

/// <summary>Datagrams over UDP. Owns the socket.</summary>
public sealed class UdpDatagramSocket : IDatagramSocket
{
    /// <summary>Windows reports a port that nobody listens at as an error of the next receive; this
    /// control code (SIO_UDP_CONNRESET) turns that off.</summary>
    private const int WindowsConnectionResetControl = -1744830452;

    private readonly Socket _socket;
    private readonly IPEndPoint _any;

    private UdpDatagramSocket(Socket socket)
    {
        _socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _any = new IPEndPoint(
            LocalEndPoint.AddressFamily == AddressFamily.InterNetwork
                ? IPAddress.Any
                : IPAddress.IPv6Any, 0);
    }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Binds a socket.</summary>
    /// <param name="endPoint">Where; port 0 asks for a free one.</param>
    /// <exception cref="LinkException">The port is in use or the address not ours.</exception>
    public static UdpDatagramSocket Bind(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return Bind(endPoint, null, null);
    }

    /// <summary>Binds a socket that is set up further.</summary>
    /// <param name="endPoint">Where; port 0 asks for a free one.</param>
    /// <param name="before">Called before it is bound; null for nothing.</param>
    /// <param name="after">Called when it is; null for nothing.</param>
    /// <exception cref="LinkException">Any of it was refused.</exception>
    internal static UdpDatagramSocket Bind(
        IPEndPoint endPoint, Action<Socket>? before, Action<Socket>? after)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (OperatingSystem.IsWindows())
                socket.IOControl(WindowsConnectionResetControl, [0, 0, 0, 0], null);
            before?.Invoke(socket);
            socket.Bind(endPoint);
            after?.Invoke(socket);
            return new UdpDatagramSocket(socket);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new LinkException(SocketErrors.Describe(endPoint, error), error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(
        ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellationToken)
    {
        try
        {
            await _socket.SendToAsync(datagram, SocketFlags.None, remote, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SocketException error) when (error.SocketErrorCode != SocketError.OperationAborted)
        {
            // No route, a full buffer, a refusal of an earlier one: lost, as it may be anywhere.
        }
        catch (SocketException)
        {
            throw new ObjectDisposedException(nameof(UdpDatagramSocket));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Datagram> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var received = await _socket
                    .ReceiveFromAsync(buffer, SocketFlags.None, _any, cancellationToken)
                    .ConfigureAwait(false);
                return new Datagram(received.ReceivedBytes,
                    Plain((IPEndPoint)received.RemoteEndPoint));
            }
            catch (SocketException error)
                when (error.SocketErrorCode == SocketError.OperationAborted)
            {
                throw new ObjectDisposedException(nameof(UdpDatagramSocket));
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.MessageSize)
            {
                // Windows says so where others cut; the cut one is of no use to the receiver
                // either.
            }
            catch (SocketException error) when (error.SocketErrorCode is
                SocketError.ConnectionRefused or SocketError.ConnectionReset
                or SocketError.HostUnreachable or SocketError.NetworkUnreachable)
            {
                // About a datagram that we sent, not about one that we receive.
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>As <see cref="DisposeAsync"/>.</summary>
    internal void Close() => _socket.Dispose();

    private static IPEndPoint Plain(IPEndPoint remote) =>
        remote.Address.IsIPv4MappedToIPv6
            ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port)
            : remote;
}
