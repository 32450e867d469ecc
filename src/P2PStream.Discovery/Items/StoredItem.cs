using NSec.Cryptography;

namespace P2PStream.Discovery;

/// <summary>An item that this node keeps for others. Its buffers are its own and used again for a
/// newer version.</summary>
internal sealed class StoredItem(NodeId target, DhtEndPoint keeper)
{
    private readonly byte[] _signature = new byte[ItemSignature.SignatureBytes];
    private byte[] _value = [];
    private int _length;

    public NodeId Target { get; } = target;

    /// <summary>The <see cref="DhtEndPoint.Place"/> that put it first.</summary>
    public DhtEndPoint Keeper { get; } = keeper;

    public TimeSpan Expires { get; set; }

    public long Sequence { get; private set; }

    /// <summary>Null for an immutable item.</summary>
    public PublicKey? Key { get; init; }

    public ReadOnlyMemory<byte> PublicKey { get; init; }

    public ReadOnlyMemory<byte> Salt { get; init; }

    public ReadOnlySpan<byte> Value => _value.AsSpan(0, _length);

    public ReadOnlySpan<byte> Signature => Key is null ? default : _signature;

    /// <summary>Bytes that it occupies, counting what surrounds the value.</summary>
    public int Bytes => Overhead + _value.Length + Salt.Length;

    public static int BytesOf(int valueLength, int saltLength) =>
        Overhead + valueLength + saltLength;

    /// <summary>True for the very version that is kept.</summary>
    public bool IsSame(long sequence, ReadOnlySpan<byte> value, ReadOnlySpan<byte> signature) =>
        sequence == Sequence && value.SequenceEqual(Value) && signature.SequenceEqual(Signature);

    /// <summary>Bytes more that it would occupy with a value of this length.</summary>
    public int GrowthTo(int valueLength) => Math.Max(valueLength - _value.Length, 0);

    public void Set(long sequence, ReadOnlySpan<byte> value, ReadOnlySpan<byte> signature)
    {
        if (value.Length > _value.Length) _value = new byte[value.Length];
        value.CopyTo(_value);
        signature.CopyTo(_signature);
        (_length, Sequence) = (value.Length, sequence);
    }

    // Object headers, key, signature, target, entry in the table.
    private const int Overhead = 400;
}
