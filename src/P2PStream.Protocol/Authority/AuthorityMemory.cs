namespace P2PStream.Protocol;

/// <summary>Remembers the highest authority seen for one stream, so that nobody can bring back an
/// older one. Order: epoch, then the catalog's version, then how long the delegation
/// holds.</summary>
public sealed class AuthorityMemory
{
    private byte[] _catalog = [];

    /// <summary>Remembers nothing yet.</summary>
    public AuthorityMemory(StreamId stream)
    {
        Stream = stream;
    }

    /// <summary>The stream.</summary>
    public StreamId Stream { get; }

    /// <summary>The one that counts; null before the first.</summary>
    public VerifiedAuthority? Current { get; private set; }

    /// <summary>Compares, and remembers what is newer.</summary>
    /// <exception cref="ArgumentException">Of another stream.</exception>
    public AuthorityOrder Offer(VerifiedAuthority offered)
    {
        ArgumentNullException.ThrowIfNull(offered);
        if (offered.Catalog.Stream != Stream)
            throw new ArgumentException("The authority is of another stream.", nameof(offered));
        var catalog = CatalogCodec.Encode(offered.Catalog);
        var order = Current is null ? AuthorityOrder.Newer : Compare(offered, catalog, Current);
        if (order != AuthorityOrder.Newer) return order;
        Current = offered;
        _catalog = catalog;
        return order;
    }

    private AuthorityOrder Compare(
        VerifiedAuthority offered, ReadOnlySpan<byte> catalog, VerifiedAuthority current)
    {
        var order = offered.Delegation.Epoch.CompareTo(current.Delegation.Epoch);
        if (order == 0)
        {
            // An epoch has one key, whatever the version: its records are signed by nobody else.
            if (offered.Delegation.Key != current.Delegation.Key)
                return AuthorityOrder.Equivocation;
            order = offered.Catalog.Version.CompareTo(current.Catalog.Version);
            if (order == 0 && !catalog.SequenceEqual(_catalog)) return AuthorityOrder.Equivocation;
        }

        // The root may prolong a delegation without a new epoch.
        if (order == 0)
            order = offered.Delegation.NotAfter.CompareTo(current.Delegation.NotAfter);
        return order switch
        {
            > 0 => AuthorityOrder.Newer,
            0 => AuthorityOrder.Same,
            _ => AuthorityOrder.Older,
        };
    }
}
