namespace P2PStream.Discovery;

/// <summary>Sizes on the wire.</summary>
internal static class KrpcLimits
{
    /// <summary>Largest datagram sent, in bytes: fits an Ethernet frame with IPv6's headers. Only a
    /// reply with a large item or with filters is above <see cref="UsualBytes"/>.</summary>
    public const int MaxSentBytes = 1400;

    /// <summary>What a list of peers may fill a reply up to, in bytes: fits IPv6's minimum MTU with
    /// headers.</summary>
    public const int UsualBytes = 1232;

    /// <summary>Largest datagram read, in bytes; 25 nodes and 100 values are below it.</summary>
    public const int MaxReceivedBytes = 4096;

    /// <summary>Longest transaction ID that is echoed, in bytes. Clients use 2 to 8.</summary>
    public const int MaxTransactionBytes = 32;

    /// <summary>Longest token that is kept for an announce, in bytes. Clients use 4 to
    /// 20.</summary>
    public const int MaxTokenBytes = 64;

    /// <summary>Most nodes read from one reply; bittorrent-dht sends up to 25.</summary>
    public const int MaxNodesRead = 32;

    /// <summary>Most peers read from one reply.</summary>
    public const int MaxValuesRead = 200;

    /// <summary>Most info-hashes read from one reply.</summary>
    public const int MaxSamplesRead = 200;

    /// <summary>Bytes of this node's transaction IDs (BEP 5 allows 2; Transmission and libtorrent
    /// take 4).</summary>
    public const int TransactionBytes = 4;
}
