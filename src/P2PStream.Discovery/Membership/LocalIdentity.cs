namespace P2PStream.Discovery;

/// <summary>This node's place in the key space, which its address may change (BEP 42).</summary>
internal sealed class LocalIdentity(NodeId id)
{
    public NodeId Id { get; set; } = id;
}
