using System.Net;
using System.Net.Sockets;

namespace P2PStream.Transport;

/// <summary>Classes a path by its two addresses.</summary>
internal static class TcpPath
{
    public static PathClass Classify(IPAddress local, IPAddress remote)
    {
        remote = Plain(remote);
        if (IPAddress.IsLoopback(remote) || remote.Equals(Plain(local))) return PathClass.SameHost;
        return IsPrivate(remote) ? PathClass.Lan : PathClass.Direct;
    }

    /// <summary>An IPv4 address that came as an IPv6 one is an IPv4 address.</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    public static TransportAddress Address(IPEndPoint endPoint, string tag) =>
        new(tag, new IPEndPoint(Plain(endPoint.Address), endPoint.Port).ToString());

    /// <summary>RFC 1918, RFC 3927, RFC 4193 and RFC 4291 link-local.</summary>
    private static bool IsPrivate(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal;
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out _) && bytes switch
        {
            [10, ..] or [192, 168, ..] or [169, 254, ..] => true,
            [172, var second, ..] => second is >= 16 and < 32,
            _ => false,
        };
    }
}
