namespace P2PStream.Discovery;

/// <summary>What a look-up is for.</summary>
internal enum LookupKind
{
    /// <summary>Ask for nodes: joining, refreshing, or a host that wants to know them.</summary>
    FindNode,

    /// <summary>Ask for peers.</summary>
    GetPeers,

    /// <summary>Ask for peers, then announce to the nearest that answered.</summary>
    Announce,

    /// <summary>Ask for an item.</summary>
    GetItem,

    /// <summary>Ask for an item, then put ours to the nearest that answered.</summary>
    PutItem,

    /// <summary>Ask how many peers there are.</summary>
    Scrape,

    /// <summary>Ask for info-hashes.</summary>
    Sample,
}
