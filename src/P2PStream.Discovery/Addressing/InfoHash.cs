using System.Security.Cryptography;

namespace P2PStream.Discovery;

/// <summary>What peers are announced under: a 160-bit key in the same space as
/// <see cref="NodeId"/> (BEP 5).</summary>
/// <param name="Key">The key as a place in that space.</param>
public readonly record struct InfoHash(NodeId Key)
{
    /// <summary>Size in bytes.</summary>
    public const int Size = NodeId.Size;

    /// <summary>Shortest secret of a stream, in bytes.</summary>
    public const int MinSecretBytes = 16;

    /// <summary>Copies an info-hash.</summary>
    /// <param name="bytes">Exactly 20 bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public InfoHash(ReadOnlySpan<byte> bytes) : this(new NodeId(bytes))
    {
    }

    /// <summary>The key under which a stream's peers announce themselves: the first 20 bytes of
    /// SHA-256 over a domain string and the stream's ID. A torrent's SHA-1 cannot collide with it
    /// except by chance.</summary>
    /// <param name="streamId">The stream's ID, of any length.</param>
    public static InfoHash FromStream(ReadOnlySpan<byte> streamId)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("P2PStream info-hash v1\0"u8);
        hash.AppendData(streamId);
        hash.GetHashAndReset(digest);
        return new InfoHash(digest[..Size]);
    }

    /// <summary>The key of a stream whose viewers share a secret: the first 20 bytes of HMAC-SHA-256,
    /// under the secret, over a domain string and the stream's ID. Who knows the stream but not the
    /// secret cannot tell where its peers announce themselves, and who sees the key there (BEP 51
    /// hands out samples) cannot tell of which stream it is.</summary>
    /// <param name="streamId">The stream's ID, of any length.</param>
    /// <param name="secret">At least 16 bytes that cannot be guessed.</param>
    /// <exception cref="ArgumentException">The secret is shorter.</exception>
    public static InfoHash FromStream(ReadOnlySpan<byte> streamId, ReadOnlySpan<byte> secret)
    {
        if (secret.Length < MinSecretBytes)
            throw new ArgumentException("A secret has at least 16 bytes.", nameof(secret));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData("P2PStream secret info-hash v1\0"u8);
        hash.AppendData(streamId);
        hash.GetHashAndReset(digest);
        return new InfoHash(digest[..Size]);
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public override string ToString() => Key.ToString();
}
