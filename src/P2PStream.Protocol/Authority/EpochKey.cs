using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace P2PStream.Protocol;

/// <summary>The key that signs a stream's catalogs and records for one epoch, with the root key's
/// delegation. Owns its secret. What a publishing machine needs; the root key may be
/// elsewhere.</summary>
public sealed class EpochKey : IDisposable
{
    private const string Prefix = "p2pstream-epoch-key:";
    private const int TextBytes = Signing.SeedBytes + DelegationCodec.Size + Signing.SignatureBytes;
    private readonly Key _key;
    private readonly byte[] _delegationBytes;
    private readonly byte[] _delegationSignature;

    /// <summary>Takes over the key.</summary>
    internal EpochKey(
        Key key, Delegation delegation, byte[] delegationBytes, byte[] delegationSignature)
    {
        _key = key;
        Delegation = delegation;
        _delegationBytes = delegationBytes;
        _delegationSignature = delegationSignature;
    }

    /// <summary>What the root key states about this key.</summary>
    public Delegation Delegation { get; }

    /// <summary>The encoded delegation.</summary>
    public ReadOnlyMemory<byte> DelegationBytes => _delegationBytes;

    /// <summary>The root key's signature of it, 64 bytes.</summary>
    public ReadOnlyMemory<byte> DelegationSignature => _delegationSignature;

    /// <summary>Reads the line of an epoch key's file; white space around it is ignored.</summary>
    /// <param name="text">As <see cref="ExportText"/> gives it.</param>
    /// <param name="key">The key; the caller disposes of it.</param>
    /// <param name="error">One line for people, without the text; null on success.</param>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out EpochKey? key, [NotNullWhen(false)] out string? error)
    {
        Span<byte> bytes = stackalloc byte[TextBytes];
        var line = text.AsSpan().Trim();
        key = line.StartsWith(Prefix, StringComparison.Ordinal)
            && Base64Text.TryDecode(line[Prefix.Length..], bytes)
            ? FromBytes(bytes)
            : null;
        CryptographicOperations.ZeroMemory(bytes);
        error = key is null ? "This is no P2PStream epoch key, or it is damaged." : null;
        return key is not null;
    }

    /// <summary>The secret and its delegation as one line of text: whoever has it can publish this
    /// stream until the delegation ends or a higher epoch appears.</summary>
    public string ExportText()
    {
        var seed = _key.Export(KeyBlobFormat.RawPrivateKey);
        byte[] bytes = [.. seed, .. _delegationBytes, .. _delegationSignature];
        var text = Prefix + Base64Url.EncodeToString(bytes);
        CryptographicOperations.ZeroMemory(seed);
        CryptographicOperations.ZeroMemory(bytes);
        return text;
    }

    /// <summary>Signs an encoded catalog.</summary>
    /// <returns>64 bytes.</returns>
    public byte[] SignCatalog(ReadOnlySpan<byte> encoded) => Signing.Sign(
        _key, Domains.CatalogSignature, Delegation.Stream, CatalogCodec.Hash(encoded));

    /// <summary>Signs an encoded record of a live or event stream.</summary>
    /// <returns>64 bytes.</returns>
    public byte[] SignRecord(ReadOnlySpan<byte> encoded) => Signing.Sign(
        _key, Domains.RecordSignature, Delegation.Stream, RecordCodec.Hash(encoded));

    /// <summary>Encodes and signs a catalog, and adds the delegation.</summary>
    /// <exception cref="ArgumentException">It is of another stream or epoch, or breaks a
    /// limit.</exception>
    public Authority Seal(Catalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (catalog.Stream != Delegation.Stream || catalog.Epoch != Delegation.Epoch)
            throw new ArgumentException(
                "The catalog is of another stream or epoch than this key.", nameof(catalog));
        var encoded = CatalogCodec.Encode(catalog);
        return new Authority(_delegationBytes, _delegationSignature, encoded, SignCatalog(encoded));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>The public key, never the secret.</summary>
    public override string ToString() =>
        $"epoch {Delegation.Epoch}, public key "
        + Base64Url.EncodeToString(Delegation.Key.ToArray());

    /// <summary>From seed, delegation and signature; null when they do not belong
    /// together.</summary>
    private static EpochKey? FromBytes(ReadOnlySpan<byte> bytes)
    {
        var encoded = bytes.Slice(Signing.SeedBytes, DelegationCodec.Size);
        if (!DelegationCodec.TryDecode(encoded, out var delegation)) return null;
        var secret = Signing.Import(bytes[..Signing.SeedBytes]);
        if (Signing.PublicKeyOf(secret) == delegation!.Key)
        {
            var signature = bytes[(Signing.SeedBytes + DelegationCodec.Size)..];
            return new EpochKey(secret, delegation, encoded.ToArray(), signature.ToArray());
        }

        secret.Dispose();
        return null;
    }
}
