namespace P2PStream.Discovery.Tests;

/// <summary>What a hostile node answers: a token, which is worth nothing, and nodes of its choice.</summary>
internal static class LyingReply
{
    public static void Send(VirtualNetwork network, in KrpcMessage query, NodeId id, DhtEndPoint own,
        DhtEndPoint to, CompactNode[] nodes)
    {
        var buffer = new byte[KrpcLimits.MaxSentBytes];
        var length = KrpcWriter.WriteReply(buffer, new KrpcReply
        {
            Self = id,
            To = to,
            Transaction = query.Transaction,
            Has = own.IsIPv4 ? KrpcWant.IPv4 : KrpcWant.IPv6,
            Nodes = own.IsIPv4 ? nodes : [],
            Nodes6 = own.IsIPv4 ? [] : nodes,
            Token = "token"u8,
        });
        network.Send(buffer.AsSpan(0, length), own, to);
    }
}
