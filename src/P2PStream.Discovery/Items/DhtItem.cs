namespace P2PStream.Discovery;

/// <summary>
/// A value that the DHT keeps (BEP 44), verified: an immutable one is found under its own hash, a
/// mutable one under its publisher's key and a salt, and carries a signature. There is no way to
/// have one whose hash or signature is wrong. Whoever has it can store it again, unchanged.
/// </summary>
public sealed class DhtItem
{
    /// <summary>Largest bencoded value, in bytes.</summary>
    public const int MaxValueBytes = 1000;

    /// <summary>Largest salt, in bytes.</summary>
    public const int MaxSaltBytes = 64;

    /// <summary>Bytes of a publisher's Ed25519 public key.</summary>
    public const int PublicKeyBytes = ItemSignature.PublicKeyBytes;

    /// <summary>Bytes of a signature.</summary>
    public const int SignatureBytes = ItemSignature.SignatureBytes;

    /// <summary>Bytes of the seed of a publisher's private key (RFC 8032, 5.1.5).</summary>
    public const int SeedBytes = ItemSignature.SeedBytes;

    private DhtItem(NodeId target, ReadOnlySpan<byte> value)
    {
        Target = target;
        Value = value.ToArray();
    }

    /// <summary>Where it is kept: SHA-1 of the value, or of key and salt.</summary>
    public NodeId Target { get; }

    /// <summary>The value, bencoded, byte for byte as it was signed or hashed.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>True for one that its publisher can replace.</summary>
    public bool IsMutable => PublicKey.Length > 0;

    /// <summary>The publisher's Ed25519 key, 32 bytes; empty for an immutable item.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; private init; }

    /// <summary>Tells apart the items of one key; mostly empty.</summary>
    public ReadOnlyMemory<byte> Salt { get; private init; }

    /// <summary>Counts the publisher's versions: the highest is the newest.</summary>
    public long Sequence { get; private init; }

    /// <summary>64 bytes over salt, sequence number and value; empty for an immutable item.
    /// </summary>
    public ReadOnlyMemory<byte> Signature { get; private init; }

    /// <summary>An item that is what its hash says.</summary>
    /// <param name="value">Canonical bencoding of at most 1000 bytes.</param>
    /// <exception cref="ArgumentException">It is no such thing.</exception>
    public static DhtItem Immutable(ReadOnlySpan<byte> value)
    {
        CheckValue(value);
        return new DhtItem(TargetOf(value), value);
    }

    /// <summary>Signs an item.</summary>
    /// <param name="seed">The publisher's private key, 32 bytes.</param>
    /// <param name="salt">At most 64 bytes, or none.</param>
    /// <param name="sequence">Higher than any that was published before; not negative.</param>
    /// <param name="value">Canonical bencoding of at most 1000 bytes.</param>
    /// <exception cref="ArgumentException">One of them is no such thing.</exception>
    public static DhtItem Sign(
        ReadOnlySpan<byte> seed, ReadOnlySpan<byte> salt, long sequence, ReadOnlySpan<byte> value)
    {
        if (seed.Length != SeedBytes)
            throw new ArgumentException("A seed has 32 bytes.", nameof(seed));
        CheckValue(value);
        CheckSalt(salt);
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        var (key, signature) = ItemSignature.Sign(seed, salt, sequence, value);
        return new DhtItem(TargetOf(key, salt), value)
        {
            PublicKey = key,
            Salt = salt.ToArray(),
            Sequence = sequence,
            Signature = signature,
        };
    }

    /// <summary>Takes over an item that was signed elsewhere; false when the signature is not the
    /// key's, or a part is too long.</summary>
    /// <param name="publicKey">The publisher's key.</param>
    /// <param name="salt">At most 64 bytes, or none.</param>
    /// <param name="sequence">The version.</param>
    /// <param name="value">Bencoded, as it was signed.</param>
    /// <param name="signature">64 bytes over what <see cref="WriteSigned"/> writes.</param>
    /// <param name="item">The item, or null.</param>
    public static bool TryVerify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> salt,
        long sequence, ReadOnlySpan<byte> value, ReadOnlySpan<byte> signature,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DhtItem? item)
    {
        item = null;
        if (!IsValue(value) || salt.Length > MaxSaltBytes || sequence < 0) return false;
        if (!ItemSignature.TryImport(publicKey, out var key)) return false;
        if (!ItemSignature.Verify(key, salt, sequence, value, signature)) return false;
        item = new DhtItem(TargetOf(publicKey, salt), value)
        {
            PublicKey = publicKey.ToArray(),
            Salt = salt.ToArray(),
            Sequence = sequence,
            Signature = signature.ToArray(),
        };
        return true;
    }

    /// <summary>Writes the bytes that a signature is made over, for who signs elsewhere.</summary>
    /// <param name="salt">At most 64 bytes, or none.</param>
    /// <param name="sequence">The version.</param>
    /// <param name="value">The bencoded value.</param>
    /// <param name="destination">At least <see cref="MaxSignedBytes"/> bytes.</param>
    /// <returns>How many were written.</returns>
    public static int WriteSigned(
        ReadOnlySpan<byte> salt, long sequence, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        CheckValue(value);
        CheckSalt(salt);
        return ItemSignature.WriteSigned(salt, sequence, value, destination);
    }

    /// <summary>The most that <see cref="WriteSigned"/> writes, in bytes.</summary>
    public const int MaxSignedBytes = ItemSignature.MaxSignedBytes;

    /// <summary>Where an immutable item is kept.</summary>
    /// <param name="value">Its bencoded value.</param>
    public static NodeId TargetOf(ReadOnlySpan<byte> value) => Sha1.Of(value, []);

    /// <summary>Where a mutable item is kept.</summary>
    /// <param name="publicKey">The publisher's key.</param>
    /// <param name="salt">Its salt, or none.</param>
    public static NodeId TargetOf(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> salt) =>
        Sha1.Of(publicKey, salt);

    /// <summary>Where what a message brings is kept; null when a part of it has a length that none may
    /// have, and is not to be hashed.</summary>
    internal static NodeId? TargetOf(in KrpcMessage message, ReadOnlySpan<byte> salt)
    {
        if (message.Value.Length > MaxValueBytes || salt.Length > MaxSaltBytes) return null;
        if (message.PublicKey.IsEmpty) return TargetOf(message.Value);
        return message.PublicKey.Length == PublicKeyBytes ? TargetOf(message.PublicKey, salt) : null;
    }

    /// <summary>The value that names an info-hash (BEP 46): <c>d2:ih20:…e</c>.</summary>
    /// <param name="infoHash">What it names.</param>
    public static byte[] ValueOf(InfoHash infoHash)
    {
        var value = new byte[InfoHash.Size + "d2:ih20:e"u8.Length];
        var writer = new BencodeWriter(value);
        writer.StartDictionary();
        writer.Key("ih"u8);
        infoHash.Key.CopyTo(writer.Reserve(InfoHash.Size));
        writer.End();
        return value;
    }

    /// <summary>Reads the info-hash that a value names (BEP 46); false when it names none.
    /// </summary>
    /// <param name="infoHash">What it names.</param>
    public bool TryGetInfoHash(out InfoHash infoHash)
    {
        infoHash = default;
        var reader = new BencodeReader(Value.Span);
        if (!reader.TryEnterDictionary()) return false;
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var key)) return false;
            if (key.SequenceEqual("ih"u8) && reader.TryReadString(out var hash))
            {
                if (hash.Length != InfoHash.Size) return false;
                infoHash = new InfoHash(hash);
                return true;
            }

            if (!reader.TrySkip()) return false;
        }

        return false;
    }

    /// <summary>Reads the item of a target out of a message; null when it has none, or one whose
    /// hash or signature is wrong.</summary>
    internal static DhtItem? From(in KrpcMessage message, NodeId target, ReadOnlySpan<byte> salt)
    {
        var value = message.Value;
        if (TargetOf(message, salt) != target) return null;
        if (message.PublicKey.IsEmpty) return IsValue(value) ? new DhtItem(target, value) : null;
        if (message.Sequence is not { } sequence) return null;
        return TryVerify(
            message.PublicKey, salt, sequence, value, message.Signature, out var item)
            ? item
            : null;
    }

    /// <summary>True for canonical bencoding that is not too long.</summary>
    internal static bool IsValue(ReadOnlySpan<byte> value) =>
        value.Length is > 0 and <= MaxValueBytes && BencodeReader.IsCanonical(value);

    private static void CheckValue(ReadOnlySpan<byte> value)
    {
        if (!IsValue(value))
        {
            throw new ArgumentException(
                "A value is canonical bencoding of at most 1000 bytes.", nameof(value));
        }
    }

    internal static void CheckSalt(ReadOnlySpan<byte> salt)
    {
        if (salt.Length > MaxSaltBytes)
            throw new ArgumentException("A salt has at most 64 bytes.", nameof(salt));
    }
}
