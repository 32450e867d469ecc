namespace P2PStream.Discovery;

/// <summary>What a reply says; its parts live as long as the handler that fills it.</summary>
internal ref struct KrpcReply
{
    public NodeId Self;

    /// <summary>Who asked; echoed as <c>ip</c> (BEP 42).</summary>
    public DhtEndPoint To;

    public ReadOnlySpan<byte> Transaction;

    /// <summary>Which lists of nodes it has; ping and announce_peer have none at all.</summary>
    public KrpcWant Has;

    /// <summary>IPv4 nodes, nearest first; as many as fit.</summary>
    public ReadOnlySpan<CompactNode> Nodes;

    /// <summary>IPv6 nodes, nearest first; as many as fit (BEP 32).</summary>
    public ReadOnlySpan<CompactNode> Nodes6;

    public ReadOnlySpan<byte> Token;

    /// <summary>Peers, as many as fit.</summary>
    public ReadOnlySpan<DhtEndPoint> Values;

    /// <summary>The filters of seeds and other peers (BEP 33), or empty.</summary>
    public ReadOnlySpan<byte> SeedFilter;
    public ReadOnlySpan<byte> PeerFilter;

    /// <summary>An item's parts (BEP 44), or empty.</summary>
    public ReadOnlySpan<byte> Value;
    public ReadOnlySpan<byte> PublicKey;
    public ReadOnlySpan<byte> Signature;
    public long? Sequence;

    /// <summary>True for a reply to sample_infohashes (BEP 51).</summary>
    public bool HasSamples;

    /// <summary>After how long another sample is worth asking for, in seconds.</summary>
    public int Interval;

    /// <summary>Info-hashes that peers are kept for.</summary>
    public int InfoHashCount;

    /// <summary>Some of them.</summary>
    public ReadOnlySpan<InfoHash> Samples;
}
