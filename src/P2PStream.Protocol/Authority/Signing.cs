using NSec.Cryptography;

namespace P2PStream.Protocol;

/// <summary>Ed25519 over statements. A signed message is always 128 bytes: 64 of a domain string,
/// 32 of the stream's id, 32 of the statement's hash. So a statement of another kind or stream
/// never verifies.</summary>
internal static class Signing
{
    public const int SignatureBytes = 64;
    public const int SeedBytes = 32;
    private const int MessageBytes = Domains.Size + 2 * Hash256.Size;

    public static Key Import(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedBytes)
            throw new ArgumentException("A seed has 32 bytes.", nameof(seed));
        var options = new KeyCreationParameters
        {
            ExportPolicy = KeyExportPolicies.AllowPlaintextExport,
        };
        return Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey, options);
    }

    public static Hash256 PublicKeyOf(Key key) =>
        new(key.PublicKey.Export(KeyBlobFormat.RawPublicKey));

    public static byte[] Sign(Key key, byte[] domain, StreamId stream, Hash256 statement)
    {
        Span<byte> message = stackalloc byte[MessageBytes];
        Compose(message, domain, stream, statement);
        var signature = new byte[SignatureBytes];
        SignatureAlgorithm.Ed25519.Sign(key, message, signature);
        return signature;
    }

    /// <summary>The key for <see cref="Verify"/>; null when the bytes cannot be one.</summary>
    public static PublicKey? PublicKeyFrom(Hash256 key)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        key.CopyTo(bytes);
        return PublicKey.TryImport(
            SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out var imported)
            ? imported
            : null;
    }

    public static bool Verify(
        PublicKey key, byte[] domain, StreamId stream, Hash256 statement,
        ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes) return false;
        Span<byte> message = stackalloc byte[MessageBytes];
        Compose(message, domain, stream, statement);
        return SignatureAlgorithm.Ed25519.Verify(key, message, signature);
    }

    private static void Compose(
        Span<byte> message, byte[] domain, StreamId stream, Hash256 statement)
    {
        domain.CopyTo(message);
        stream.Value.CopyTo(message[Domains.Size..]);
        statement.CopyTo(message[(Domains.Size + Hash256.Size)..]);
    }
}
