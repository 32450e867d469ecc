using System.Security.Cryptography;

namespace P2PStream.Discovery;

/// <summary>What peers are announced under: a 160-bit key in the same space as
/// <see cref="NodeId"/> (BEP 5).</summary>
/// <param name="Key">The key as a place in that space.</param>
public readonly record struct InfoHash(NodeId Key)
{
    /// <summary>Size in bytes.</summary>
    public const int Size = NodeId.Size;

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

    /// <summary>Lower-case hexadecimal.</summary>
    public override string ToString() => Key.ToString();
}
