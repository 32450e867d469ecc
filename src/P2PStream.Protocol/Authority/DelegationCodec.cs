namespace P2PStream.Protocol;

/// <summary>The one encoding of a delegation, specified in docs/content-encodings.md.</summary>
public static class DelegationCodec
{
    /// <summary>Bytes of every encoded delegation.</summary>
    public const int Size = 86;

    /// <summary>Encodes a delegation.</summary>
    /// <exception cref="ArgumentException">Its times are out of order or out of range.</exception>
    public static byte[] Encode(Delegation delegation)
    {
        ArgumentNullException.ThrowIfNull(delegation);
        if (!HasValidTimes(delegation.NotBefore, delegation.NotAfter))
            throw new ArgumentException(
                "A delegation's times are in order and within the years 1970 to 9999.",
                nameof(delegation));
        var writer = new ContentWriter();
        writer.U8(ContentFormat.Version);
        writer.U8(ContentFormat.Ed25519);
        writer.Hash(delegation.Stream.Value);
        writer.U32(delegation.Epoch);
        writer.Hash(delegation.Key);
        writer.I64(delegation.NotBefore);
        writer.I64(delegation.NotAfter);
        return writer.ToArray();
    }

    /// <summary>Decodes a delegation; accepts only what <see cref="Encode"/> gives. Proves
    /// nothing.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out Delegation? delegation)
    {
        delegation = null;
        var reader = new ContentReader(encoded);
        if (reader.U8() != ContentFormat.Version) return false;
        if (reader.U8() != ContentFormat.Ed25519) return false;
        var decoded = new Delegation(
            new StreamId(reader.Hash()), reader.U32(), reader.Hash(), reader.I64(), reader.I64());
        if (!reader.IsComplete || !HasValidTimes(decoded.NotBefore, decoded.NotAfter)) return false;
        delegation = decoded;
        return true;
    }

    /// <summary>The hash of an encoded delegation: what its signature covers.</summary>
    public static Hash256 Hash(ReadOnlySpan<byte> encoded) =>
        DomainHash.Of(Domains.Delegation, encoded);

    private static bool HasValidTimes(long notBefore, long notAfter) =>
        notBefore >= 0 && notBefore <= notAfter && notAfter <= ContentLimits.LastUnixSecond;
}
