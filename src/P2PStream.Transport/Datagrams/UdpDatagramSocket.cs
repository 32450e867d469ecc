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
    private volatile bool _isClosed;

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
        catch (SocketException error)
        {
            ThrowIfClosed(error);
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
                return Received(received.ReceivedBytes, received.RemoteEndPoint);
            }
            catch (SocketException error)
            {
                ThrowIfClosed(error);
                if (!IsOfAnother(error)) throw;
            }
        }
    }

    /// <summary>As <see cref="SendAsync"/>, on the thread that calls.</summary>
    internal void Send(ReadOnlySpan<byte> datagram, IPEndPoint remote)
    {
        try
        {
            _socket.SendTo(datagram, SocketFlags.None, remote);
        }
        catch (SocketException error)
        {
            ThrowIfClosed(error);
        }
    }

    /// <summary>As <see cref="ReceiveAsync"/>, on the thread that calls: the system wakes no other to
    /// wake it. It is that quick while nothing else was sent or received asynchronously.</summary>
    internal Datagram Receive(Span<byte> buffer)
    {
        while (true)
        {
            try
            {
                EndPoint remote = _any;
                var length = _socket.ReceiveFrom(buffer, SocketFlags.None, ref remote);
                return Received(length, remote);
            }
            catch (SocketException error)
            {
                ThrowIfClosed(error);
                if (!IsOfAnother(error)) throw;
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
    internal void Close()
    {
        _isClosed = true;
        _socket.Dispose();
    }

    /// <summary>Other errors of sending mean no route, a full buffer, a refusal of an earlier one: lost, as
    /// it may be anywhere.</summary>
    private void ThrowIfClosed(SocketException error) => ObjectDisposedException.ThrowIf(
        _isClosed || error.SocketErrorCode == SocketError.OperationAborted, this);

    /// <summary>True for an error of receiving that is not about the next datagram.</summary>
    private static bool IsOfAnother(SocketException error) => error.SocketErrorCode is
        // Windows says so where others cut; the cut one is of no use to the receiver either.
        SocketError.MessageSize
        // About a datagram that we sent.
        or SocketError.ConnectionRefused or SocketError.ConnectionReset
        or SocketError.HostUnreachable or SocketError.NetworkUnreachable;

    private static Datagram Received(int length, EndPoint from)
    {
        var remote = (IPEndPoint)from;
        return new Datagram(length, remote.Address.IsIPv4MappedToIPv6
            ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port)
            : remote);
    }
}
