namespace P2PStream.Discovery;

/// <summary>The key <c>q</c> of a KRPC query.</summary>
internal enum KrpcMethod : byte
{
    /// <summary>A method that this node does not speak.</summary>
    Unknown,
    Ping,
    FindNode,
    GetPeers,
    AnnouncePeer,
}
