namespace P2PStream.Discovery;

/// <summary>What may be tuned of a Kademlia node; the defaults are mainline's where it has one.
/// </summary>
public sealed record KademliaOptions
{
    /// <summary>The address families that the node speaks. With both, it keeps a routing table for
    /// each, as BEP 32 has it, and every operation runs in both.</summary>
    public DhtFamilies Families { get; init; } = DhtFamilies.IPv4;

    /// <summary>True for a node that asks but never answers, and that others shall not keep (BEP
    /// 43): behind a firewall, or too busy.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>True for a node that takes an ID which its address allows (BEP 42), once two others
    /// agree on that address, and a new one whenever the address changes.</summary>
    public bool DerivesId { get; init; } = true;

    /// <summary>Nodes in a bucket, and nodes that a peer is announced to.</summary>
    public int BucketSize { get; init; } = 8;

    /// <summary>Nodes in the bucket of the far half of the key space; each next bucket has half as
    /// many, down to <see cref="BucketSize"/>. They spare look-ups a step or two.</summary>
    public int FarBucketSize { get; init; } = 128;

    /// <summary>Queries that a look-up keeps outstanding.</summary>
    public int LookupWidth { get; init; } = 5;

    /// <summary>Independent paths of an announce, of a put, and of the first look-up of a key: a
    /// node that lies misleads the path that asked it and no other.</summary>
    public int DisjointPaths { get; init; } = 3;

    /// <summary>The longest wait after which a query counts no longer against
    /// <see cref="LookupWidth"/>. Measured round trips shorten it.</summary>
    public TimeSpan SoftTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait after which a silent node no longer keeps a look-up from ending;
    /// its reply is still welcome while the look-up runs. Measured round trips shorten it.
    /// </summary>
    public TimeSpan LookupPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After this a query has failed and its reply is ignored.</summary>
    public TimeSpan HardTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a node stays good after it was heard, and how long a bucket goes without a
    /// refresh.</summary>
    public TimeSpan NodeLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a peer stays announced.</summary>
    public TimeSpan PeerLifetime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long an item is kept unless it is put again (BEP 44).</summary>
    public TimeSpan ItemLifetime { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How often a kept announce is repeated.</summary>
    public TimeSpan AnnounceInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a kept item is put again (BEP 44 names an hour).</summary>
    public TimeSpan PutInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The first pause before joining is tried again; doubles up to
    /// <see cref="MaxJoinInterval"/>.</summary>
    public TimeSpan MinJoinInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause between attempts to join, and between searches for neighbours
    /// while the routing table is smaller than a bucket.</summary>
    public TimeSpan MaxJoinInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Info-hashes that peers are kept for.</summary>
    public int MaxInfoHashes { get; init; } = 4096;

    /// <summary>Peers that are kept in all.</summary>
    public int MaxPeers { get; init; } = 8192;

    /// <summary>Peers that are kept for one info-hash.</summary>
    public int MaxPeersPerInfoHash { get; init; } = 256;

    /// <summary>Peers that one address, or one /48 of IPv6, if not a local one, may have stored in
    /// all.</summary>
    public int MaxPeersPerAddress { get; init; } = 64;

    /// <summary>Peers in one reply.</summary>
    public int MaxPeersPerReply { get; init; } = 50;

    /// <summary>Items that are kept.</summary>
    public int MaxItems { get; init; } = 1024;

    /// <summary>Bytes that kept items may occupy.</summary>
    public int MaxItemBytes { get; init; } = 512 * 1024;

    /// <summary>Items that one address, or one /48 of IPv6, if not a local one, may have
    /// stored.</summary>
    public int MaxItemsPerAddress { get; init; } = 32;

    /// <summary>Reply bytes that a /24 or /48 which has proven nothing may draw at once.</summary>
    public int UnprovenBurstBytes { get; init; } = 8 * 1024;

    /// <summary>Reply bytes per second that such a network may draw.</summary>
    public int UnprovenBytesPerSecond { get; init; } = 1024;

    /// <summary>Reply bytes per second that all such networks together may draw, and eight times as
    /// many at once.</summary>
    public int UnprovenTotalBytesPerSecond { get; init; } = 64 * 1024;

    /// <summary>Reply bytes per second that a /24 or /48 may draw through a node which has answered
    /// us, and eight times as many at once: its address can be forged still.</summary>
    public int ProvenBytesPerSecond { get; init; } = 16 * 1024;
}
