namespace P2PStream.Discovery;

/// <summary>What may be tuned of a Kademlia node; the defaults are mainline's where it has one.
/// </summary>
public sealed record KademliaOptions
{
    /// <summary>True for a node that speaks to IPv6 addresses only, false for one of IPv4. A host
    /// with both runs two nodes, as BEP 32 has it.</summary>
    public bool IsIPv6 { get; init; }

    /// <summary>Nodes in a bucket, and nodes that a peer is announced to.</summary>
    public int BucketSize { get; init; } = 8;

    /// <summary>Queries that a look-up keeps outstanding.</summary>
    public int LookupWidth { get; init; } = 5;

    /// <summary>After this a query counts no longer against <see cref="LookupWidth"/>.</summary>
    public TimeSpan SoftTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After this a silent node no longer keeps a look-up from ending; its reply is still
    /// welcome while the look-up runs.</summary>
    public TimeSpan LookupPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After this a query has failed and its reply is ignored.</summary>
    public TimeSpan HardTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a node stays good after it was heard, and how long a bucket goes without a
    /// refresh.</summary>
    public TimeSpan NodeLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a peer stays announced.</summary>
    public TimeSpan PeerLifetime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The first pause before joining is tried again; doubles up to
    /// <see cref="MaxJoinInterval"/>.</summary>
    public TimeSpan MinJoinInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause between attempts to join, and between searches for neighbours
    /// while the routing table is smaller than a bucket.</summary>
    public TimeSpan MaxJoinInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Info-hashes that peers are kept for.</summary>
    public int MaxInfoHashes { get; init; } = 4096;

    /// <summary>Peers that are kept for one info-hash.</summary>
    public int MaxPeersPerInfoHash { get; init; } = 256;

    /// <summary>Peers that one address, if not a local one, may have stored in all.</summary>
    public int MaxPeersPerAddress { get; init; } = 64;

    /// <summary>Peers in one reply.</summary>
    public int MaxPeersPerReply { get; init; } = 50;

    /// <summary>Reply bytes that a /24 or /64 which has proven nothing may draw at once.</summary>
    public int UnprovenBurstBytes { get; init; } = 8 * 1024;

    /// <summary>Reply bytes per second that such a network may draw.</summary>
    public int UnprovenBytesPerSecond { get; init; } = 1024;
}
