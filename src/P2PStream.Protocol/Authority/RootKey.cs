using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace P2PStream.Protocol;

/// <summary>A publisher's Ed25519 root key. It signs delegations and nothing else, so it can stay
/// offline. Owns its secret; reads no file and draws no random bytes.</summary>
public sealed class RootKey : IDisposable
{
    /// <summary>Bytes of a seed.</summary>
    public const int SeedBytes = Signing.SeedBytes;

    private const string Prefix = "p2pstream-key:";
    private readonly Key _key;

    private RootKey(Key key)
    {
        _key = key;
        PublicKey = Signing.PublicKeyOf(key);
    }

    /// <summary>The public key, as a link names it.</summary>
    public Hash256 PublicKey { get; }

    /// <summary>The key of a seed.</summary>
    /// <param name="seed">32 bytes, from a cryptographic random number generator when the key is
    /// new.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public static RootKey FromSeed(ReadOnlySpan<byte> seed) => new(Signing.Import(seed));

    /// <summary>Reads a key file's line; white space around it is ignored.</summary>
    /// <param name="text">As <see cref="ExportText"/> gives it.</param>
    /// <param name="key">The key; the caller disposes of it.</param>
    /// <param name="error">One line for people, without the text; null on success.</param>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out RootKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        error = null;
        var line = text.AsSpan().Trim();
        if (!line.StartsWith(Prefix, StringComparison.Ordinal))
        {
            error = $"This is no P2PStream key: it does not begin with \"{Prefix}\".";
            return false;
        }

        Span<byte> seed = stackalloc byte[SeedBytes];
        if (!Base64Text.TryDecode(line[Prefix.Length..], seed))
        {
            error = $"The P2PStream key is damaged: 43 letters of base64url follow \"{Prefix}\".";
            return false;
        }

        key = FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return true;
    }

    /// <summary>The secret as one line of text for a key file: whoever has it can publish as this
    /// publisher.</summary>
    public string ExportText()
    {
        var seed = _key.Export(KeyBlobFormat.RawPrivateKey);
        var text = Prefix + Base64Url.EncodeToString(seed);
        CryptographicOperations.ZeroMemory(seed);
        return text;
    }

    /// <summary>The id of this publisher's stream of that name.</summary>
    /// <exception cref="ArgumentException">Not a valid name, see
    /// <see cref="StreamName"/>.</exception>
    public StreamId StreamId(string name) => Protocol.StreamId.Of(PublicKey, name);

    /// <summary>Lets a new key sign a stream for a time. The same arguments give the same
    /// key.</summary>
    /// <param name="name">The stream's name.</param>
    /// <param name="epoch">Above every epoch used for the stream, unless nothing published has
    /// changed.</param>
    /// <param name="notBefore">Unix seconds.</param>
    /// <param name="notAfter">Unix seconds, at most
    /// <see cref="ContentLimits.LastUnixSecond"/>.</param>
    /// <exception cref="ArgumentException">The name or the times are not valid.</exception>
    public EpochKey Delegate(string name, uint epoch, long notBefore, long notAfter)
    {
        var stream = StreamId(name);
        Span<byte> seed = stackalloc byte[SeedBytes];
        DeriveSeed(stream, epoch, seed);
        var key = Signing.Import(seed);
        CryptographicOperations.ZeroMemory(seed);
        try
        {
            var delegation = new Delegation(
                stream, epoch, Signing.PublicKeyOf(key), notBefore, notAfter);
            var encoded = DelegationCodec.Encode(delegation);
            var signature = Signing.Sign(
                _key, Domains.DelegationSignature, stream, DelegationCodec.Hash(encoded));
            return new EpochKey(key, delegation, encoded, signature);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>A secret for the stream of that name (<see cref="StreamLink.Secret"/>): always the same one,
    /// so that links stay good; nobody without this key can tell it.</summary>
    /// <exception cref="ArgumentException">Not a valid name, see
    /// <see cref="StreamName"/>.</exception>
    public StreamSecret SecretFor(string name)
    {
        Span<byte> secret = stackalloc byte[Hash256.Size];
        Derive(Domains.StreamSecret, StreamId(name).Value.ToArray(), secret);
        return new StreamSecret(new Hash256(secret));
    }

    /// <summary>Signs an item of the distributed hash table (BEP 44): a signature that is no
    /// statement about a stream, since what is signed begins as none of those does.</summary>
    /// <param name="message">Salt, sequence number and value, as BEP 44 has them
    /// signed.</param>
    /// <returns>64 bytes.</returns>
    /// <exception cref="ArgumentException">It does not begin as such an item does.</exception>
    public byte[] SignDhtItem(ReadOnlySpan<byte> message)
    {
        if (!message.StartsWith("4:salt"u8) && !message.StartsWith("3:seqi"u8))
            throw new ArgumentException("That is no item of BEP 44.", nameof(message));
        return SignatureAlgorithm.Ed25519.Sign(_key, message);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>The public key, never the secret.</summary>
    public override string ToString() =>
        "public key " + Base64Url.EncodeToString(PublicKey.ToArray());

    private void DeriveSeed(StreamId stream, uint epoch, Span<byte> seed)
    {
        Span<byte> info = stackalloc byte[Hash256.Size + sizeof(uint)];
        stream.Value.CopyTo(info);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(info[Hash256.Size..], epoch);
        Derive(Domains.EpochSeed, info, seed);
    }

    /// <summary>HKDF-SHA-256 (RFC 5869): the root's seed, salted with a domain string, for one
    /// purpose. One-way, so what leaks gives away neither the root nor what is derived for
    /// another.</summary>
    private void Derive(byte[] domain, ReadOnlySpan<byte> info, Span<byte> derived)
    {
        var root = _key.Export(KeyBlobFormat.RawPrivateKey);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root, derived, domain, info);
        CryptographicOperations.ZeroMemory(root);
    }
}
