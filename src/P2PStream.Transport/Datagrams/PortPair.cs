using System.Net;
using System.Net.Sockets;

namespace P2PStream.Transport;

/// <summary>
/// One port number for TCP and UDP, so that one number reaches a node however it is asked. Owns
/// both sockets; disposing it again, or a listener made from it, does no harm.
/// </summary>
public sealed class PortPair : IAsyncDisposable
{
    /// <summary>How often a free TCP port is tried whose UDP twin turns out to be taken.</summary>
    private const int Attempts = 32;

    private PortPair(Socket listener, UdpDatagramSocket datagrams)
    {
        Listener = listener;
        Datagrams = datagrams;
    }

    /// <summary>Address and port of both.</summary>
    public IPEndPoint EndPoint => Datagrams.LocalEndPoint;

    /// <summary>Bound, not yet listening; for <see cref="TlsTcpTransport.Listen"/>.</summary>
    public Socket Listener { get; }

    /// <summary>The UDP socket.</summary>
    public UdpDatagramSocket Datagrams { get; }

    /// <summary>Binds both.</summary>
    /// <param name="endPoint">Where; port 0 asks for one that is free for both.</param>
    /// <exception cref="LinkException">The port is in use or the address not ours.</exception>
    public static PortPair Bind(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        for (var attempt = 1; ; attempt++)
        {
            var listener = BindTcp(endPoint);
            try
            {
                var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
                return new PortPair(
                    listener, UdpDatagramSocket.Bind(new IPEndPoint(endPoint.Address, port)));
            }
            catch (LinkException) when (endPoint.Port == 0 && attempt < Attempts)
            {
                listener.Dispose();
            }
            catch
            {
                listener.Dispose();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Listener.Dispose();
        return Datagrams.DisposeAsync();
    }

    private static Socket BindTcp(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new LinkException(SocketErrors.Describe(endPoint, error), error);
        }
    }
}
