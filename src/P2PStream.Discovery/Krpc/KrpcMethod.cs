namespace P2PStream.Discovery;

/// <summary>What a node may be asked: the key <c>q</c> of a KRPC query.</summary>
public enum KrpcMethod : byte
{
    /// <summary>A method that this node does not speak.</summary>
    Unknown,

    /// <summary>Are you there? (BEP 5)</summary>
    Ping,

    /// <summary>Which nodes are nearest? (BEP 5)</summary>
    FindNode,

    /// <summary>Which peers were announced? (BEP 5; with filters, BEP 33)</summary>
    GetPeers,

    /// <summary>Remember a peer. (BEP 5)</summary>
    AnnouncePeer,

    /// <summary>Which item is kept there? (BEP 44)</summary>
    Get,

    /// <summary>Keep an item. (BEP 44)</summary>
    Put,

    /// <summary>Which info-hashes are known? (BEP 51)</summary>
    SampleInfoHashes,
}
