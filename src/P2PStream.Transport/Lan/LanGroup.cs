using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace P2PStream.Transport;

/// <summary>The multicast group of BEP 14 on one network of this host: a socket that hears it and one
/// that speaks to it. Owns both.</summary>
internal sealed class LanGroup : IDisposable
{
    /// <summary>Hops: this network and no other.</summary>
    private const int Hops = 1;

    private static readonly IPAddress Group4 = IPAddress.Parse("239.192.152.143");
    private static readonly IPAddress Group6 = IPAddress.Parse("ff15::efc0:988f");

    private readonly Socket _hearing;
    private readonly Socket _speaking;

    private LanGroup(IPEndPoint group, Socket hearing, Socket speaking)
    {
        EndPoint = group;
        _hearing = hearing;
        _speaking = speaking;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Joins the group.</summary>
    /// <exception cref="SocketException">Multicast is not possible there.</exception>
    public static LanGroup Join(IPAddress address, int port)
    {
        var isFour = address.AddressFamily == AddressFamily.InterNetwork;
        var hearing = NewSocket(address.AddressFamily);
        var speaking = NewSocket(address.AddressFamily);
        try
        {
            // Others on this host listen at the same port.
            hearing.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            hearing.Bind(new IPEndPoint(isFour ? IPAddress.Any : IPAddress.IPv6Any, port));
            speaking.Bind(new IPEndPoint(address, 0));
            if (isFour)
            {
                hearing.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership,
                    new MulticastOption(Group4, address));
                speaking.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface,
                    address.GetAddressBytes());
                speaking.SetSocketOption(
                    SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, Hops);
            }
            else
            {
                hearing.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership,
                    new IPv6MulticastOption(Group6, IndexOf(address)));
                speaking.SetSocketOption(SocketOptionLevel.IPv6,
                    SocketOptionName.MulticastInterface, (int)IndexOf(address));
                speaking.SetSocketOption(
                    SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive, Hops);
            }

            var bound = ((IPEndPoint)hearing.LocalEndPoint!).Port;
            return new LanGroup(new IPEndPoint(isFour ? Group4 : Group6, bound), hearing, speaking);
        }
        catch
        {
            hearing.Dispose();
            speaking.Dispose();
            throw;
        }
    }

    public async Task SendAsync(byte[] message, CancellationToken cancellationToken) =>
        await _speaking.SendToAsync(message, SocketFlags.None, EndPoint, cancellationToken)
            .ConfigureAwait(false);

    public async Task<Datagram> ReceiveAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        var received = await _hearing.ReceiveFromAsync(buffer, SocketFlags.None,
            new IPEndPoint(_hearing.AddressFamily == AddressFamily.InterNetwork
                ? IPAddress.Any
                : IPAddress.IPv6Any, 0), cancellationToken).ConfigureAwait(false);
        return new Datagram(received.ReceivedBytes, (IPEndPoint)received.RemoteEndPoint);
    }

    public void Dispose()
    {
        _hearing.Dispose();
        _speaking.Dispose();
    }

    private static Socket NewSocket(AddressFamily family) =>
        new(family, SocketType.Dgram, ProtocolType.Udp);

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
