using System.Diagnostics.CodeAnalysis;
using NSec.Cryptography;

namespace P2PStream.Protocol;

/// <summary>
/// What the distributed hash table keeps of a stream, so that a link with key and name alone is
/// enough: the delegation, which catalog the publisher had then, and a few addresses. It is sealed
/// with a key that follows from the stream's id, and from its secret if it has one: nodes that keep
/// it learn neither the stream nor who is in it, and everyone with the link can read it. Layout in docs/content-encodings.md.
/// </summary>
/// <param name="Delegation">The root key's statement, verified.</param>
/// <param name="CatalogVersion">The catalog's version at the time.</param>
/// <param name="Catalog">The catalog's hash.</param>
/// <param name="Addresses">Where peers may listen, as <c>host:port</c>; nobody has to believe
/// them.</param>
public sealed record StreamItem(
    Delegation Delegation, uint CatalogVersion, Hash256 Catalog, IReadOnlyList<string> Addresses)
{
    /// <summary>Bytes of a sealed item, at most: with four of bencoding, BEP 44's 1000.</summary>
    public const int MaxBytes = 996;

    /// <summary>Bytes of the random nonce of a sealed item.</summary>
    public const int NonceBytes = 12;

    /// <summary>Bytes of the salt under which the item is kept.</summary>
    public const int SaltBytes = 20;

    /// <summary>Addresses in an item, at most.</summary>
    public const int MaxAddresses = 8;

    private const int TagBytes = 16;

    private static readonly AeadAlgorithm Cipher = AeadAlgorithm.ChaCha20Poly1305;

    /// <summary>The salt that tells apart the items of one root key; it does not tell the
    /// name.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="secret">Its secret, if it has one.</param>
    public static byte[] SaltOf(StreamId stream, StreamSecret? secret = null) =>
        DomainHash.Of(Domains.ItemSalt, NameOf(stream, secret)).ToArray()[..SaltBytes];

    /// <summary>Makes a sealed item; addresses that do not fit, or cannot be dialled, are left
    /// out.</summary>
    /// <param name="authority">What holds now.</param>
    /// <param name="addresses">As <c>host:port</c>, the best first.</param>
    /// <param name="nonce">12 random bytes.</param>
    /// <param name="secret">The stream's secret, if it has one.</param>
    public static byte[] Seal(
        VerifiedAuthority authority, IReadOnlyList<string> addresses, ReadOnlySpan<byte> nonce,
        StreamSecret? secret = null)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(addresses);
        Authority.TryDecode(authority.Encoded.Span, out var parts);
        var writer = new ContentWriter();
        writer.U8(ContentFormat.Version);
        writer.Bytes(parts!.Delegation);
        writer.Bytes(parts.DelegationSignature);
        writer.U32(authority.Catalog.Version);
        writer.Hash(CatalogCodec.Hash(parts.Catalog));
        var fitting = new List<string>();
        var room = MaxBytes - NonceBytes - TagBytes - writer.Length - 1;
        foreach (var address in addresses)
        {
            if (fitting.Count == MaxAddresses) break;
            if (!LinkHints.TryNormalizeAddress(address, out var normal)) continue;
            room -= 2 + normal.Length; // ASCII after its length.
            if (room < 0) break;
            fitting.Add(normal);
        }

        writer.U8((byte)fitting.Count);
        foreach (var address in fitting) writer.ShortText(address);
        using var key = KeyOf(authority.Delegation.Stream, secret);
        return [.. nonce, .. Cipher.Encrypt(key, nonce, default, writer.ToArray())];
    }

    /// <summary>Opens a sealed item, and checks that the root key signed its delegation.</summary>
    /// <param name="bytes">From whoever kept it.</param>
    /// <param name="rootKey">From the link.</param>
    /// <param name="name">From the link.</param>
    /// <param name="item">The item; null when it is not this stream's.</param>
    /// <param name="secret">From the link, if it has one.</param>
    public static bool TryOpen(ReadOnlySpan<byte> bytes, Hash256 rootKey, string name,
        [NotNullWhen(true)] out StreamItem? item, StreamSecret? secret = null)
    {
        item = null;
        if (bytes.Length is < NonceBytes + TagBytes or > MaxBytes) return false;
        var stream = StreamId.Of(rootKey, name);
        using var key = KeyOf(stream, secret);
        var plain = Cipher.Decrypt(key, bytes[..NonceBytes], default, bytes[NonceBytes..]);
        if (plain is null) return false;
        var reader = new ContentReader(plain);
        if (reader.U8() != ContentFormat.Version) return false;
        var encoded = reader.Bytes(DelegationCodec.Size);
        var signature = reader.Bytes(Signing.SignatureBytes);
        var (version, catalog, count) = (reader.U32(), reader.Hash(), reader.U8());
        if (reader.HasFailed || count > MaxAddresses) return false;
        var addresses = new string[count];
        for (var i = 0; i < count; i++)
        {
            if (!LinkHints.TryNormalizeAddress(reader.ShortText(), out var address)) return false;
            addresses[i] = address;
        }

        if (!reader.IsComplete || !DelegationCodec.TryDecode(encoded, out var delegation)
            || delegation!.Stream != stream || Signing.PublicKeyFrom(rootKey) is not { } root
            || !Signing.Verify(root, Domains.DelegationSignature, stream,
                DelegationCodec.Hash(encoded), signature)) return false;
        item = new StreamItem(delegation, version, catalog, addresses);
        return true;
    }

    private static Key KeyOf(StreamId stream, StreamSecret? secret) => Key.Import(Cipher,
        DomainHash.Of(Domains.ItemKey, NameOf(stream, secret)).ToArray(),
        KeyBlobFormat.RawSymmetricKey);

    private static byte[] NameOf(StreamId stream, StreamSecret? secret) =>
        (secret?.Blind(stream) ?? stream.Value).ToArray();
}
