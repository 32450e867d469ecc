namespace P2PStream.Protocol;

/// <summary>What became of a check of an authority.</summary>
public enum AuthorityStatus
{
    /// <summary>It holds.</summary>
    Verified,

    /// <summary>Not an encoding that this version understands.</summary>
    Malformed,

    /// <summary>Of another stream than the one expected.</summary>
    OtherStream,

    /// <summary>The delegation is not signed by the root key.</summary>
    DelegationForged,

    /// <summary>The catalog is not signed by the delegated key, or is of another epoch.</summary>
    CatalogForged,

    /// <summary>Signed, but the delegation does not hold yet; this or the publisher's clock may be
    /// wrong.</summary>
    NotYetValid,

    /// <summary>Signed, but the delegation or the catalog holds no longer.</summary>
    Expired,
}
