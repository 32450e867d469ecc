namespace P2PStream.Protocol;

/// <summary>A delegation and a catalog with their signatures, encoded: what one peer sends another
/// so that it can verify everything else of a stream.</summary>
/// <param name="Delegation">The encoded delegation.</param>
/// <param name="DelegationSignature">The root key's signature of it, 64 bytes.</param>
/// <param name="Catalog">The encoded catalog.</param>
/// <param name="CatalogSignature">The delegated key's signature of it, 64 bytes.</param>
public sealed record Authority(
    byte[] Delegation, byte[] DelegationSignature, byte[] Catalog, byte[] CatalogSignature)
{
    /// <summary>Seconds by which a clock may be wrong: times are checked with this
    /// tolerance.</summary>
    public const long ClockToleranceSeconds = 300;

    /// <summary>The one encoding.</summary>
    /// <exception cref="InvalidOperationException">A field has a wrong length.</exception>
    public byte[] Encode()
    {
        if (Delegation.Length != DelegationCodec.Size || Catalog.Length > ContentLimits.CatalogBytes
            || DelegationSignature.Length != Signing.SignatureBytes
            || CatalogSignature.Length != Signing.SignatureBytes)
            throw new InvalidOperationException("A field of the authority has a wrong length.");
        var writer = new ContentWriter();
        writer.U8(ContentFormat.Version);
        writer.Bytes(Delegation);
        writer.Bytes(DelegationSignature);
        writer.U32((uint)Catalog.Length);
        writer.Bytes(Catalog);
        writer.Bytes(CatalogSignature);
        return writer.ToArray();
    }

    /// <summary>Takes an encoding apart; proves nothing.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out Authority? authority)
    {
        authority = null;
        if (encoded.Length > ContentLimits.AuthorityBytes) return false;
        var reader = new ContentReader(encoded);
        if (reader.U8() != ContentFormat.Version) return false;
        var delegation = reader.Bytes(DelegationCodec.Size);
        var delegationSignature = reader.Bytes(Signing.SignatureBytes);
        var length = reader.U32();
        if (length > ContentLimits.CatalogBytes) return false;
        var catalog = reader.Bytes(length);
        var catalogSignature = reader.Bytes(Signing.SignatureBytes);
        if (!reader.IsComplete) return false;
        authority = new Authority(
            delegation.ToArray(), delegationSignature.ToArray(), catalog.ToArray(),
            catalogSignature.ToArray());
        return true;
    }

    /// <summary>Checks an encoding for one stream: ids, both signatures, epoch, times.</summary>
    /// <param name="encoded">From a peer.</param>
    /// <param name="rootKey">From the link.</param>
    /// <param name="name">From the link.</param>
    /// <param name="unixSeconds">Now.</param>
    /// <param name="verified">What may be relied on; null unless
    /// <see cref="AuthorityStatus.Verified"/>.</param>
    /// <exception cref="ArgumentException">Our own name is not valid, see
    /// <see cref="StreamName"/>.</exception>
    public static AuthorityStatus TryVerify(
        ReadOnlySpan<byte> encoded, Hash256 rootKey, string name, long unixSeconds,
        out VerifiedAuthority? verified)
    {
        verified = null;
        var stream = StreamId.Of(rootKey, name);
        if (!TryDecode(encoded, out var authority)
            || !DelegationCodec.TryDecode(authority!.Delegation, out var delegation)
            || !CatalogCodec.TryDecode(authority.Catalog, out var catalog))
            return AuthorityStatus.Malformed;
        if (delegation!.Stream != stream || catalog!.Stream != stream)
            return AuthorityStatus.OtherStream;
        if (Signing.PublicKeyFrom(rootKey) is not { } root
            || !Signing.Verify(root, Domains.DelegationSignature, stream,
                DelegationCodec.Hash(authority.Delegation), authority.DelegationSignature))
            return AuthorityStatus.DelegationForged;
        if (catalog.Epoch != delegation.Epoch
            || Signing.PublicKeyFrom(delegation.Key) is not { } key
            || !Signing.Verify(key, Domains.CatalogSignature, stream,
                CatalogCodec.Hash(authority.Catalog), authority.CatalogSignature))
            return AuthorityStatus.CatalogForged;
        if (unixSeconds + ClockToleranceSeconds < delegation.NotBefore)
            return AuthorityStatus.NotYetValid;
        if (unixSeconds - ClockToleranceSeconds > Math.Min(delegation.NotAfter, catalog.Expires))
            return AuthorityStatus.Expired;
        verified = new VerifiedAuthority(delegation, catalog, encoded.ToArray(), key);
        return AuthorityStatus.Verified;
    }
}
