using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace P2PStream.Transport;

/// <summary>The multicast group of BEP 14 on one network of this host: a socket that hears it and one
/// that speaks to it. Owns both.</summary>
internal sealed class LanGroup : IAsyncDisposable
{
    /// <summary>Hops: this network and no other.</summary>
    private const int Hops = 1;

    private static readonly IPAddress Group4 = IPAddress.Parse("239.192.152.143");
    private static readonly IPAddress Group6 = IPAddress.Parse("ff15::efc0:988f");

    private readonly IDatagramSocket _speaking;

    /// <param name="group">The group.</param>
    /// <param name="hearing">Hears it.</param>
    /// <param name="speaking">Speaks to it.</param>
    public LanGroup(IPEndPoint group, IDatagramSocket hearing, IDatagramSocket speaking)
    {
        EndPoint = group;
        Hearing = hearing;
        _speaking = speaking;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Receives what is said to the group.</summary>
    public IDatagramSocket Hearing { get; }

    /// <summary>Joins the group.</summary>
    /// <exception cref="LinkException">Multicast is not possible there.</exception>
    public static LanGroup Join(IPAddress address, int port)
    {
        var isFour = address.AddressFamily == AddressFamily.InterNetwork;
        var speaking = UdpDatagramSocket.Bind(new IPEndPoint(address, 0), null,
            socket => SpeakTo(socket, address));
        try
        {
            var hearing = UdpDatagramSocket.Bind(
                new IPEndPoint(isFour ? IPAddress.Any : IPAddress.IPv6Any, port),
                // Others on this host listen at the same port.
                socket => socket.SetSocketOption(
                    SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true),
                socket => Hear(socket, address));
            var group = new IPEndPoint(isFour ? Group4 : Group6, hearing.LocalEndPoint.Port);
            return new LanGroup(group, hearing, speaking);
        }
        catch
        {
            speaking.Close();
            throw;
        }
    }

    public ValueTask SendAsync(byte[] message, CancellationToken cancellationToken) =>
        _speaking.SendAsync(message, EndPoint, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Hearing.DisposeAsync().ConfigureAwait(false);
        await _speaking.DisposeAsync().ConfigureAwait(false);
    }

    private static void SpeakTo(Socket socket, IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface,
                address.GetAddressBytes());
            socket.SetSocketOption(
                SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, Hops);
        }
        else
        {
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface,
                (int)IndexOf(address));
            socket.SetSocketOption(
                SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive, Hops);
        }
    }

    private static void Hear(Socket socket, IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership,
                new MulticastOption(Group4, address));
        }
        else
        {
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership,
                new IPv6MulticastOption(Group6, IndexOf(address)));
        }
    }

    private static long IndexOf(IPAddress address)
    {
        foreach (var card in NetworkInterface.GetAllNetworkInterfaces())
        {
            var properties = card.GetIPProperties();
            if (properties.UnicastAddresses.Any(unicast => unicast.Address.Equals(address)))
                return properties.GetIPv6Properties().Index;
        }

        throw new SocketException((int)SocketError.AddressNotAvailable);
    }
}
