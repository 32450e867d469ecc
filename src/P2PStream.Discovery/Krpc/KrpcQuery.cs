namespace P2PStream.Discovery;

/// <summary>What a query of ours says.</summary>
internal ref struct KrpcQuery
{
    public KrpcMethod Method;
    public uint Transaction;
    public NodeId Self;

    /// <summary>Key <c>target</c> or <c>info_hash</c>.</summary>
    public NodeId Target;

    public ReadOnlySpan<byte> Token;

    /// <summary>The port to announce, or 0 for the one that the datagram comes from.</summary>
    public ushort Port;

    /// <summary>Filters are wanted (BEP 33).</summary>
    public bool IsScrape;

    /// <summary>The announced peer has everything (BEP 33).</summary>
    public bool IsSeed;

    /// <summary>What to put (BEP 44).</summary>
    public DhtItem? Item;

    /// <summary>The version that <see cref="Item"/> replaces, where that matters.</summary>
    public long? Cas;

    /// <summary>Whose nodes are wanted, if not those of the socket's family alone.</summary>
    public KrpcWant Want;

    /// <summary>Do not keep us (BEP 43).</summary>
    public bool IsReadOnly;
}
