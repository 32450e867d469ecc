using System.Buffers.Binary;
using System.Numerics;

namespace P2PStream.Discovery;

/// <summary>A 160-bit place in the Kademlia key space, held by value. The distance of two is their
/// exclusive or, read as a big-endian number (BEP 5).</summary>
public readonly struct NodeId : IEquatable<NodeId>, IComparable<NodeId>
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 20;

    /// <summary>Size in bits.</summary>
    public const int Bits = Size * 8;

    private readonly ulong _high;
    private readonly ulong _middle;
    private readonly uint _low;

    /// <summary>Copies an ID.</summary>
    /// <param name="bytes">Exactly 20 bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public NodeId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException("An ID has 20 bytes.", nameof(bytes));
        _high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _middle = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _low = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    private NodeId(ulong high, ulong middle, uint low)
    {
        _high = high;
        _middle = middle;
        _low = low;
    }

    /// <summary>The number of leading bits that both share: 160 for equal IDs.</summary>
    /// <param name="other">The other ID.</param>
    public int SharedBits(NodeId other)
    {
        var distance = this ^ other;
        if (distance._high != 0) return BitOperations.LeadingZeroCount(distance._high);
        if (distance._middle != 0) return 64 + BitOperations.LeadingZeroCount(distance._middle);
        return 128 + BitOperations.LeadingZeroCount(distance._low);
    }

    /// <summary>True when this ID is nearer to <paramref name="target"/> than
    /// <paramref name="other"/> is.</summary>
    /// <param name="other">The ID to compare with.</param>
    /// <param name="target">The point from which both are measured.</param>
    public bool IsCloserThan(NodeId other, NodeId target) => (this ^ target) < (other ^ target);

    /// <summary>Writes the 20 bytes.</summary>
    /// <param name="destination">At least 20 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _middle);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], _low);
    }

    /// <summary>The 20 bytes as a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(NodeId other) =>
        _high == other._high && _middle == other._middle && _low == other._low;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NodeId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(_high ^ (_high >> 32) ^ _middle ^ _low);

    /// <inheritdoc/>
    public int CompareTo(NodeId other)
    {
        var order = _high.CompareTo(other._high);
        if (order == 0) order = _middle.CompareTo(other._middle);
        return order == 0 ? _low.CompareTo(other._low) : order;
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>The distance of two IDs.</summary>
    public static NodeId operator ^(NodeId left, NodeId right) => new(
        left._high ^ right._high, left._middle ^ right._middle, left._low ^ right._low);

    /// <summary>Another name of the exclusive or.</summary>
    public static NodeId Xor(NodeId left, NodeId right) => left ^ right;

    /// <summary>Equality of all 20 bytes.</summary>
    public static bool operator ==(NodeId left, NodeId right) => left.Equals(right);

    /// <summary>Inequality of any byte.</summary>
    public static bool operator !=(NodeId left, NodeId right) => !left.Equals(right);

    /// <summary>Big-endian order.</summary>
    public static bool operator <(NodeId left, NodeId right) => left.CompareTo(right) < 0;

    /// <summary>Big-endian order.</summary>
    public static bool operator >(NodeId left, NodeId right) => left.CompareTo(right) > 0;

    /// <summary>Big-endian order.</summary>
    public static bool operator <=(NodeId left, NodeId right) => left.CompareTo(right) <= 0;

    /// <summary>Big-endian order.</summary>
    public static bool operator >=(NodeId left, NodeId right) => left.CompareTo(right) >= 0;
}
