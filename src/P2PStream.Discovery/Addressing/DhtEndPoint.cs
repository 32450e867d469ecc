using System.Buffers.Binary;
using System.Net;

namespace P2PStream.Discovery;

/// <summary>An IP address and a UDP or TCP port, held by value. IPv4 is kept in its mapped form
/// (RFC 4291, 2.5.5.2), so that one host has one value whatever socket it was seen on.</summary>
public readonly struct DhtEndPoint : IEquatable<DhtEndPoint>
{
    /// <summary>Bytes of a compact IPv4 endpoint (BEP 5).</summary>
    public const int CompactSize4 = 6;

    /// <summary>Bytes of a compact IPv6 endpoint (BEP 32).</summary>
    public const int CompactSize6 = 18;

    private const ulong MappedPrefix = 0xffff_0000_0000UL;

    // A customer may be given a /48 (RFC 6177), whose 65,536 /64s allow eight IDs each (BEP 42):
    // enough to surround any key.
    private const int BitsOfCustomer = 16;
    private const ulong OfCustomer = (1UL << BitsOfCustomer) - 1;

    private readonly ulong _high;
    private readonly ulong _low;

    private DhtEndPoint(ulong high, ulong low, ushort port)
    {
        _high = high;
        _low = low;
        Port = port;
    }

    /// <summary>The port, 0 when none is known.</summary>
    public ushort Port { get; }

    /// <summary>True for an IPv4 address.</summary>
    public bool IsIPv4 => _high == 0 && _low >> 32 == MappedPrefix >> 32;

    /// <summary>True for loopback, link-local, private and shared addresses (RFCs 1918, 3927, 4193,
    /// 4291, 6598), where many honest nodes share an address and nobody can be impersonated from
    /// afar.</summary>
    public bool IsLocal => IsIPv4 ? IsLocal4((uint)_low) : IsLocal6(_high, _low);

    /// <summary>False for a local address and somebody from afar: what is there it cannot know, a
    /// stranger is not to choose whom we talk to in our own network, and is told of nobody
    /// there.</summary>
    internal bool MayName(DhtEndPoint other) => IsLocal || !other.IsLocal;

    /// <summary>True for 127.0.0.0/8 and ::1.</summary>
    public bool IsLoopback => IsIPv4 ? (uint)_low >> 24 == 127 : (_high, _low) == (0, 1);

    /// <summary>True for an address that a datagram may be sent to: no port 0, no unspecified,
    /// multicast or broadcast address.</summary>
    public bool IsUsable
    {
        get
        {
            if (Port == 0) return false;
            if (!IsIPv4) return (_high, _low) != (0, 0) && _high >> 56 != 0xff;
            var first = (uint)_low >> 24;
            return first is > 0 and < 224;
        }
    }

    /// <summary>The network that one attacker cheaply owns, as one number: /24 of IPv4, /48 of
    /// IPv6.</summary>
    internal ulong Network => IsIPv4 ? _low >> 8 : _high >> BitsOfCustomer;

    /// <summary>The address alone, with port 0.</summary>
    internal DhtEndPoint Host => WithPort(0);

    /// <summary>What counts as one node: outside local networks an IPv4 address or an IPv6 /48,
    /// whatever the port, since whoever has one has all of it.</summary>
    internal DhtEndPoint Place =>
        IsLocal ? this : IsIPv4 ? Host : new DhtEndPoint(_high & ~OfCustomer, 0, 0);

    internal int CompactSize => IsIPv4 ? CompactSize4 : CompactSize6;

    /// <summary>The same address with another port.</summary>
    /// <param name="port">The new port.</param>
    public DhtEndPoint WithPort(ushort port) => new(_high, _low, port);

    /// <summary>Takes over a socket's endpoint; a mapped IPv4 address becomes IPv4.</summary>
    /// <param name="endPoint">The endpoint.</param>
    public static DhtEndPoint From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        Span<byte> bytes = stackalloc byte[16];
        if (!endPoint.Address.TryWriteBytes(bytes, out var length))
            throw new ArgumentException("The address is neither IPv4 nor IPv6.", nameof(endPoint));
        var port = (ushort)endPoint.Port;
        return length == 4 ? From4(bytes, port) : From6(bytes, port);
    }

    /// <summary>The same as a socket's endpoint.</summary>
    public IPEndPoint ToIPEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        return new IPEndPoint(new IPAddress(bytes[..WriteAddress(bytes)]), Port);
    }

    /// <summary>Reads a compact endpoint of 6 or 18 bytes: address, then port,
    /// big-endian.</summary>
    internal static bool TryReadCompact(ReadOnlySpan<byte> bytes, out DhtEndPoint endPoint)
    {
        endPoint = default;
        if (bytes.Length is not (CompactSize4 or CompactSize6)) return false;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[^2..]);
        endPoint = bytes.Length == CompactSize4 ? From4(bytes, port) : From6(bytes, port);
        return true;
    }

    /// <summary>Writes the compact form and returns its size.</summary>
    internal int WriteCompact(Span<byte> destination)
    {
        var length = WriteAddress(destination);
        BinaryPrimitives.WriteUInt16BigEndian(destination[length..], Port);
        return length + 2;
    }

    /// <summary>Writes 4 or 16 bytes and returns how many.</summary>
    internal int WriteAddress(Span<byte> destination)
    {
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
            return 4;
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
        return 16;
    }

    /// <inheritdoc/>
    public bool Equals(DhtEndPoint other) =>
        _low == other._low && _high == other._high && Port == other.Port;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DhtEndPoint other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // A multiplication spreads ports and neighbouring addresses over the whole table.
        var mixed = (_low ^ _high ^ ((ulong)Port << 40)) * 0x9e37_79b9_7f4a_7c15UL;
        return (int)(mixed >> 32);
    }

    /// <summary>As <see cref="IPEndPoint"/> writes it.</summary>
    public override string ToString() => ToIPEndPoint().ToString();

    /// <summary>Equality of address and port.</summary>
    public static bool operator ==(DhtEndPoint left, DhtEndPoint right) => left.Equals(right);

    /// <summary>Inequality of address or port.</summary>
    public static bool operator !=(DhtEndPoint left, DhtEndPoint right) => !left.Equals(right);

    private static DhtEndPoint From4(ReadOnlySpan<byte> bytes, ushort port) =>
        new(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes), port);

    private static DhtEndPoint From6(ReadOnlySpan<byte> bytes, ushort port) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        port);

    private static bool IsLocal4(uint address) => (address >> 24) is 10 or 127
        || address >> 20 == 0xac1 || address >> 16 is 0xc0a8 or 0xa9fe
        // 100.64.0.0/10, between a carrier's NAT and its customers.
        || address >> 22 == 0x191;

    private static bool IsLocal6(ulong high, ulong low) =>
        (high, low) == (0, 1) || high >> 57 == 0xfc >> 1 || high >> 54 == 0xfe80 >> 6;
}
