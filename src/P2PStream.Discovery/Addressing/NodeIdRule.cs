using System.Buffers.Binary;
using System.Numerics;

namespace P2PStream.Discovery;

/// <summary>
/// The IDs that a node may have by its address (BEP 42): the first 21 bits are a checksum of the
/// address and three random bits, which the last byte shows. So an attacker with few addresses has
/// few places in the key space. Local addresses are exempt.
/// </summary>
internal static class NodeIdRule
{
    private const uint Mask4 = 0x030f3fff;
    private const ulong Mask6 = 0x0103070f1f3f7fff;

    // The last five bits of the third byte belong to the checksum's 21.
    private const byte ThirdByteMask = 0xf8;

    public static bool IsValid(NodeId id, DhtEndPoint host)
    {
        if (host.IsLocal) return true;
        Span<byte> bytes = stackalloc byte[NodeId.Size];
        id.CopyTo(bytes);
        var expected = Checksum(host, bytes[^1]);
        return bytes[0] == (byte)(expected >> 24) && bytes[1] == (byte)(expected >> 16)
            && (bytes[2] & ThirdByteMask) == ((byte)(expected >> 8) & ThirdByteMask);
    }

    /// <summary>A random one of the IDs that an address allows.</summary>
    public static NodeId Derive(DhtEndPoint host, SeededRandom random)
    {
        Span<byte> bytes = stackalloc byte[NodeId.Size];
        random.Fill(bytes);
        if (host.IsLocal) return new NodeId(bytes);
        var checksum = Checksum(host, bytes[^1]);
        bytes[0] = (byte)(checksum >> 24);
        bytes[1] = (byte)(checksum >> 16);
        bytes[2] = (byte)(((byte)(checksum >> 8) & ThirdByteMask) | (bytes[2] & ~ThirdByteMask));
        return new NodeId(bytes);
    }

    private static uint Checksum(DhtEndPoint host, byte random)
    {
        Span<byte> address = stackalloc byte[16];
        var length = host.WriteAddress(address);
        var crc = uint.MaxValue;
        if (length == 4)
        {
            var masked = BinaryPrimitives.ReadUInt32BigEndian(address) & Mask4;
            masked |= (uint)(random & 7) << 29;
            return ~BitOperations.Crc32C(crc, BinaryPrimitives.ReverseEndianness(masked));
        }

        var masked6 = BinaryPrimitives.ReadUInt64BigEndian(address) & Mask6;
        masked6 |= (ulong)(random & 7) << 61;
        return ~BitOperations.Crc32C(crc, BinaryPrimitives.ReverseEndianness(masked6));
    }
}
