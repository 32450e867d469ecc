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
}
