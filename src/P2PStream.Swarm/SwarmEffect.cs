using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>What a swarm asks of its shell or tells its host.</summary>
public enum SwarmEffectKind
{
    /// <summary>Do <see cref="SwarmEffect.Command"/> on the session of <see cref="SwarmEffect.Peer"/>.</summary>
    Command,

    /// <summary>Dial <see cref="SwarmEffect.Address"/>.</summary>
    Dial,

    /// <summary>Never again talk to <see cref="SwarmEffect.Peer"/>: its bytes did not verify, or it flooded us.</summary>
    Ban,

    /// <summary>Fetch the run of blocks in <see cref="SwarmEffect.Run"/> from the origin; for its first block,
    /// because of <see cref="SwarmEffect.Reason"/>.</summary>
    FetchOrigin,

    /// <summary>Give up the origin fetch numbered <see cref="SwarmEffect.Number"/>.</summary>
    CancelOrigin,

    /// <summary>Read <see cref="SwarmEffect.Block"/> of the host's own media, or from its block store, into
    /// <see cref="SwarmEffect.Lease"/>, for this node itself (peer 0) or to serve <see cref="SwarmEffect.Peer"/>'s request
    /// <see cref="SwarmEffect.Number"/>; answer with <see cref="StreamSwarm.OwnMediaRead"/>.</summary>
    ReadOwnMedia,

    /// <summary>Keep <see cref="SwarmEffect.Block"/> of a whole segment, in <see cref="SwarmEffect.Lease"/>, whose reference
    /// passes to the host. <see cref="SwarmEffect.Number"/> blocks of the segment follow; when all are stored the
    /// answer is <see cref="StreamSwarm.SegmentStored"/>.</summary>
    WriteBlock,

    /// <summary>A newer catalog holds.</summary>
    CatalogChanged,

    /// <summary>More records of track <see cref="SwarmEffect.Number"/> are known.</summary>
    RecordsChanged,

    /// <summary>The next block in order for reader <see cref="SwarmEffect.Number"/>: the lease's reference passes to the host.</summary>
    ReaderBlock,

    /// <summary>Reader <see cref="SwarmEffect.Number"/> has been given its whole segment.</summary>
    ReaderCompleted,

    /// <summary>Reader <see cref="SwarmEffect.Number"/> will not be given the rest of its segment: a new epoch states
    /// all segments anew.</summary>
    ReaderEnded,

    /// <summary>A block was verified: for accounting.</summary>
    BlockDelivered,

    /// <summary>A segment is whole.</summary>
    SegmentCompleted,

    /// <summary>The player stands, and waits for <see cref="SwarmEffect.Block"/> because of
    /// <see cref="SwarmEffect.Reason"/>; <see cref="SwarmEffect.Peer"/> was asked for it, 0 for none. Without a
    /// record there is no block to name.</summary>
    Stalled,

    /// <summary>Two different roots under one segment id: the publisher's key equivocates.</summary>
    Equivocation,
}

/// <summary>Something a swarm asks of its shell or tells its host; small, copied.</summary>
public readonly record struct SwarmEffect
{
    /// <summary>What to do, or what happened.</summary>
    public required SwarmEffectKind Kind { get; init; }

    /// <summary>The peer, as the shell numbered it.</summary>
    public int Peer { get; init; }

    /// <summary>See <see cref="SwarmEffectKind"/>.</summary>
    public uint Number { get; init; }

    /// <summary>For the peer's session.</summary>
    public SessionCommand Command { get; init; }

    /// <summary>The block or segment.</summary>
    public BlockId Block { get; init; }

    /// <summary>Bytes of the block.</summary>
    public int Length { get; init; }

    /// <summary>Relative to now; negative when late.</summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>A verified block.</summary>
    public Lease? Lease { get; init; }

    /// <summary>Where to dial.</summary>
    public DialAddress Address { get; init; }

    /// <summary>What to fetch from the origin.</summary>
    public OriginRun? Run { get; init; }

    /// <summary>Where a delivered block came from.</summary>
    public BlockOrigin Origin { get; init; }

    /// <summary>Why a player stands, or the origin is asked.</summary>
    public SupplyReason Reason { get; init; }
}
