namespace P2PStream.Discovery;

/// <summary>What a reply says; its parts live as long as the handler that fills it.</summary>
internal ref struct KrpcReply
{
    public NodeId Self;

    /// <summary>Who asked; echoed as <c>ip</c> (BEP 42).</summary>
    public DhtEndPoint To;

    public ReadOnlySpan<byte> Transaction;

    /// <summary>False for ping and announce_peer, which name no nodes at all.</summary>
    public bool HasNodes;

    public ReadOnlySpan<CompactNode> Nodes;

    /// <summary>Whether <see cref="Nodes"/> go out as <c>nodes6</c> (BEP 32).</summary>
    public bool IsIPv6;

    public ReadOnlySpan<byte> Token;

    /// <summary>Peers, as many as fit.</summary>
    public ReadOnlySpan<DhtEndPoint> Values;
}
