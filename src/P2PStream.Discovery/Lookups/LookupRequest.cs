namespace P2PStream.Discovery;

/// <summary>What a host wants to know or to store.</summary>
internal sealed record LookupRequest(LookupKind Kind, NodeId Target)
{
    /// <summary>The port to announce; 0 for the one that the datagrams come from.</summary>
    public ushort Port { get; init; }

    /// <summary>True to announce a peer that has everything.</summary>
    public bool IsSeed { get; init; }

    /// <summary>The item to put.</summary>
    public DhtItem? Item { get; init; }

    /// <summary>The version that <see cref="Item"/> is to replace, where that matters.</summary>
    public long? Cas { get; init; }

    /// <summary>The salt of the item that is looked for.</summary>
    public ReadOnlyMemory<byte> Salt { get; init; }

    /// <summary>True for one that stores something in the end.</summary>
    public bool Stores => Kind is LookupKind.Announce or LookupKind.PutItem;

    /// <summary>What the nodes on the way are asked.</summary>
    public KrpcMethod Method => Kind switch
    {
        LookupKind.FindNode => KrpcMethod.FindNode,
        LookupKind.GetItem or LookupKind.PutItem => KrpcMethod.Get,
        LookupKind.Sample => KrpcMethod.SampleInfoHashes,
        _ => KrpcMethod.GetPeers,
    };
}
