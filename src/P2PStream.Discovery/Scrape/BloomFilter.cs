using System.Buffers.Binary;
using System.Numerics;

namespace P2PStream.Discovery;

/// <summary>The Bloom filter of BEP 33: 2048 bits, two of them for each address. Filters of
/// different nodes unite by or, so that a peer which announced to many counts once.</summary>
internal static class BloomFilter
{
    public const int Size = 256;

    private const int Bits = Size * 8;
    private const int BitsPerAddress = 2;

    /// <summary>Enters an address.</summary>
    public static void Add(Span<byte> filter, DhtEndPoint host) => Add(filter, BitsOf(host));

    /// <summary>Enters an address by its bits.</summary>
    public static void Add(Span<byte> filter, uint bits)
    {
        Set(filter, (int)(bits & 0xffff));
        Set(filter, (int)(bits >> 16));
    }

    /// <summary>The two bits of an address, the second in the upper half. Hashing is what entering
    /// costs, so it is done once for a peer and not once for a query.</summary>
    public static uint BitsOf(DhtEndPoint host)
    {
        Span<byte> address = stackalloc byte[16];
        Span<byte> hash = stackalloc byte[NodeId.Size];
        Sha1.Of(address[..host.WriteAddress(address)], []).CopyTo(hash);
        var first = BinaryPrimitives.ReadUInt16LittleEndian(hash) % Bits;
        var second = BinaryPrimitives.ReadUInt16LittleEndian(hash[2..]) % Bits;
        return (uint)(first | second << 16);
    }

    /// <summary>Enters all that another filter holds.</summary>
    public static void Unite(Span<byte> filter, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < filter.Length; i++) filter[i] |= other[i];
    }

    /// <summary>How many addresses were entered, by the bits that are still clear; a full filter
    /// counts as one with a single clear bit.</summary>
    public static double Estimate(ReadOnlySpan<byte> filter)
    {
        var set = 0;
        foreach (var part in filter) set += BitOperations.PopCount(part);
        double clear = Math.Max(Bits - set, 1);
        return Math.Log(clear / Bits) / (BitsPerAddress * Math.Log(1 - 1.0 / Bits));
    }

    private static void Set(Span<byte> filter, int bit) =>
        filter[bit / 8] |= (byte)(1 << (bit % 8));
}
