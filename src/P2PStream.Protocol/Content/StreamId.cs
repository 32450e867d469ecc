namespace P2PStream.Protocol;

/// <summary>Names a stream: SHA-256 over a domain string, the publisher's root key and the stream's
/// name.</summary>
/// <param name="Value">The digest.</param>
public readonly record struct StreamId(Hash256 Value)
{
    /// <summary>The id of a publisher's stream.</summary>
    /// <param name="rootKey">The publisher's Ed25519 public key.</param>
    /// <param name="name">See <see cref="StreamName.IsValid"/>; compared byte by byte in UTF-8, not
    /// normalized.</param>
    /// <exception cref="ArgumentException">Not a valid name.</exception>
    public static StreamId Of(Hash256 rootKey, string name)
    {
        StreamName.ThrowIfInvalid(name);
        Span<byte> key = stackalloc byte[Hash256.Size];
        rootKey.CopyTo(key);
        Span<byte> utf8 = stackalloc byte[ContentLimits.StreamNameBytes];
        var length = System.Text.Encoding.UTF8.GetBytes(name, utf8);
        return new StreamId(DomainHash.Of(Domains.Stream, key, utf8[..length]));
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
