using System.Diagnostics.CodeAnalysis;
using NSec.Cryptography;

namespace P2PStream.Discovery;

/// <summary>
/// Ed25519 over the items of BEP 44: the signed bytes are the bencoded pairs <c>salt</c> (unless
/// empty), <c>seq</c> and <c>v</c> without a dictionary around them. The only file here that knows
/// a signature library.
/// </summary>
internal static class ItemSignature
{
    public const int PublicKeyBytes = 32;
    public const int SignatureBytes = 64;
    public const int SeedBytes = 32;

    /// <summary>"4:salt64:" and 64 bytes, "3:seqi" with 20 digits and "e", "1:v" and the value.
    /// </summary>
    public const int MaxSignedBytes = 9 + DhtItem.MaxSaltBytes + 27 + 3 + DhtItem.MaxValueBytes;

    public static bool TryImport(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        return bytes.Length == PublicKeyBytes && PublicKey.TryImport(
            SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out key);
    }

    public static bool Verify(PublicKey key, ReadOnlySpan<byte> salt, long sequence,
        ReadOnlySpan<byte> value, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes) return false;
        Span<byte> signed = stackalloc byte[MaxSignedBytes];
        var length = WriteSigned(salt, sequence, value, signed);
        return SignatureAlgorithm.Ed25519.Verify(key, signed[..length], signature);
    }

    public static (byte[] PublicKey, byte[] Signature) Sign(
        ReadOnlySpan<byte> seed, ReadOnlySpan<byte> salt, long sequence, ReadOnlySpan<byte> value)
    {
        using var key = Key.Import(
            SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        Span<byte> signed = stackalloc byte[MaxSignedBytes];
        var length = WriteSigned(salt, sequence, value, signed);
        return (key.PublicKey.Export(KeyBlobFormat.RawPublicKey),
            SignatureAlgorithm.Ed25519.Sign(key, signed[..length]));
    }

    public static int WriteSigned(
        ReadOnlySpan<byte> salt, long sequence, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        var writer = new BencodeWriter(destination);
        if (salt.Length > 0)
        {
            writer.Raw("4:salt"u8);
            writer.String(salt);
        }

        writer.Raw("3:seq"u8);
        writer.Integer(sequence);
        writer.Raw("1:v"u8);
        writer.Raw(value);
        if (writer.Overflowed)
            throw new ArgumentException("The destination is too short.", nameof(destination));
        return writer.Position;
    }
}
