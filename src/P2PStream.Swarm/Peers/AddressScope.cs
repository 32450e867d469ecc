using System.Buffers.Binary;
using System.Net;

namespace P2PStream.Swarm;

/// <summary>How far an address reaches.</summary>
internal enum AddressKind
{
    /// <summary>No IP address: a name, or another transport's own text.</summary>
    Other,

    /// <summary>Nobody can listen there: port 0, unspecified, multicast, broadcast, reserved, or of
    /// this host's own link.</summary>
    Unusable,

    /// <summary>This host.</summary>
    Loopback,

    /// <summary>A local network: RFC 1918, 3927, 4193 and 6598.</summary>
    Private,

    /// <summary>The Internet.</summary>
    Global,
}

/// <summary>An address's reach, and the network in which it means something.</summary>
/// <param name="Kind">Its reach.</param>
/// <param name="Host">The address without its port, of IPv4 with a bit before it; zero for what is no IP address.</param>
internal readonly record struct AddressScope(AddressKind Kind, UInt128 Host)
{
    /// <summary>The /16 (IPv4) or /48 (IPv6) of a private address; zero otherwise.</summary>
    public UInt128 Network => Kind == AddressKind.Private ? Prefix(16, 48) : 0;

    /// <summary>The /24 (IPv4) or /64 (IPv6) that one party is likely to own; zero for what is no IP address.</summary>
    public UInt128 Neighbourhood => Prefix(24, 64);

    /// <summary>The /24 (IPv4) or /48 (IPv6) that one party can have for the asking; zero for what is no IP
    /// address.</summary>
    public UInt128 Site => Prefix(24, 48);

    /// <summary>No IPv6 address of any use is that small: ::1:0:0 and what follows are reserved (RFC 4291).</summary>
    private bool IsIPv4 => Host >> 32 == 1;

    /// <summary>Reads <c>address:port</c>.</summary>
    public static AddressScope Of(string value)
    {
        if (value.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)) value = "127.0.0.1:1";
        if (!IPEndPoint.TryParse(value, out var endPoint)) return default;
        var address = endPoint.Address;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var kind = length == 4 ? KindOf(bytes[..4]) : KindOf(address, bytes);
        if (endPoint.Port == 0) kind = AddressKind.Unusable;
        return new(kind, length == 4
            ? UInt128.One << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>True when a peer here may be believed that another listens there: a stranger from the Internet
    /// must not make this node knock at the doors of its own host or network.</summary>
    public bool MayName(AddressScope other) => other.Kind switch
    {
        AddressKind.Global => true,
        AddressKind.Loopback => Kind == AddressKind.Loopback,
        AddressKind.Private => Kind == AddressKind.Private && Network == other.Network,
        _ => false,
    };

    private static AddressKind KindOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0, ..] or [>= 224, ..] => AddressKind.Unusable,
        [127, ..] => AddressKind.Loopback,
        [10, ..] or [192, 168, ..] or [169, 254, ..] or [172, >= 16 and < 32, ..]
            or [100, >= 64 and < 128, ..] => AddressKind.Private,
        _ => AddressKind.Global,
    };

    private static AddressKind KindOf(IPAddress address, ReadOnlySpan<byte> bytes)
    {
        if (IPAddress.IsLoopback(address)) return AddressKind.Loopback;
        if (address.IsIPv6UniqueLocal) return AddressKind.Private;

        // 2000::/3 is what is given out (RFC 4291). Of it 2002::/16 carries an IPv4 address within, as does
        // 64:ff9b::/96 outside: a private one could hide there. A link-local address needs a zone, which is
        // nobody else's.
        return bytes[0] >> 5 == 1 && !(bytes[0] == 0x20 && bytes[1] == 0x02)
            ? AddressKind.Global
            : AddressKind.Unusable;
    }

    /// <summary>The first bits as a number that never is zero and tells lengths apart.</summary>
    private UInt128 Prefix(int bitsOfIPv4, int bitsOfIPv6)
    {
        if (Host == 0) return 0;
        return IsIPv4 ? Host >> (32 - bitsOfIPv4) : UInt128.One << bitsOfIPv6 | Host >> (128 - bitsOfIPv6);
    }
}
