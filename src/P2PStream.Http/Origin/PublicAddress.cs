using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace P2PStream.Http;

/// <summary>Tells addresses of the public internet from those of this computer, its network and
/// other special
/// uses (IANA special-purpose address registries, RFC 6890).</summary>
internal static class PublicAddress
{
    private static readonly (uint Network, int Bits)[] Special =
    [
        (0x00000000, 8), (0x0A000000, 8), (0x64400000, 10), (0x7F000000, 8), (0xA9FE0000, 16),
        (0xAC100000, 12), (0xC0000000, 24), (0xC0000200, 24), (0xC0586300, 24), (0xC0A80000, 16),
        (0xC6120000, 15), (0xC6336400, 24), (0xCB007100, 24), (0xE0000000, 3),
    ];

    public static bool Is(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return IsV4(BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()));
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return false;
        var bytes = address.GetAddressBytes();
        if (address.IsIPv4MappedToIPv6 || IsNat64(bytes))
            return IsV4(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(12)));
        // 6to4 carries an IPv4 address that a router on the way unpacks.
        if (bytes[0] == 0x20 && bytes[1] == 0x02)
            return IsV4(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(2)));
        // Global unicast is 2000::/3; of it, 2001::/23 (Teredo among it) and 2001:db8::/32 are
        // special.
        var first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return first >> 29 == 1 && first >> 9 != 0x20010000 >> 9 && first != 0x20010DB8;
    }

    private static bool IsNat64(byte[] bytes) =>
        bytes.AsSpan(0, 12).SequenceEqual<byte>([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]);

    private static bool IsV4(uint address)
    {
        foreach (var (network, bits) in Special)
            if ((address ^ network) >> (32 - bits) == 0) return false;
        return true;
    }
}
