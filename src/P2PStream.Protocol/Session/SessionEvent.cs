namespace P2PStream.Protocol;

/// <summary>What a session tells its owner.</summary>
public enum SessionEventKind
{
    /// <summary>Both hellos are exchanged; <see cref="SessionEvent.Value"/> is the remote's listening port, 0 for none.</summary>
    Established,

    /// <summary>The remote opened a channel for <see cref="SessionEvent.Stream"/>, or, with a tag in the 32 bytes of
    /// <see cref="SessionEvent.Payload"/>, for a stream with a secret; answer with accept or refuse.</summary>
    ChannelOpening,

    /// <summary>A channel that we opened was accepted.</summary>
    ChannelAccepted,

    /// <summary>A channel that we opened was refused, for the reason in <see cref="SessionEvent.Value"/>.</summary>
    ChannelRefused,

    /// <summary>A channel was closed by the remote.</summary>
    ChannelClosed,

    /// <summary>The remote wants the delegation and catalog.</summary>
    AuthorityWanted,

    /// <summary>A signed delegation and catalog arrived, encoded, in <see cref="SessionEvent.Payload"/>; not yet verified.</summary>
    Authority,

    /// <summary>The remote wants <see cref="SessionEvent.Count"/> records of a track from <see cref="SessionEvent.Block"/>'s sequence on.</summary>
    RecordsWanted,

    /// <summary>Records with their proof arrived, encoded, in <see cref="SessionEvent.Payload"/>; not yet verified.</summary>
    Records,

    /// <summary>The remote wants the leaf list of a part.</summary>
    LeavesWanted,

    /// <summary>The leaf list of a part arrived in <see cref="SessionEvent.Payload"/>: 32 bytes a leaf; not yet verified.</summary>
    Leaves,

    /// <summary>The remote has <see cref="SessionEvent.Count"/> whole segments from <see cref="SessionEvent.Block"/> on.</summary>
    HaveSegments,

    /// <summary>The remote no longer has <see cref="SessionEvent.Count"/> segments from <see cref="SessionEvent.Block"/> on.</summary>
    DroppedSegments,

    /// <summary>The remote has <see cref="SessionEvent.Count"/> blocks of a part from <see cref="SessionEvent.Block"/> on.</summary>
    HaveBlocks,

    /// <summary>The remote's window of a track: <see cref="SessionEvent.Count"/> segments from <see cref="SessionEvent.Block"/>
    /// on; zero: none. <see cref="SessionEvent.Value"/> is an <see cref="InterestRole"/>.</summary>
    Interest,

    /// <summary>The remote requests a block by <see cref="SessionEvent.Deadline"/>; <see cref="SessionEvent.Value"/> is 1 when it
    /// subscribes: the block may not exist yet. <see cref="SessionEvent.Request"/> is the session's own number for it, which
    /// answers name.</summary>
    Requested,

    /// <summary>The remote cancelled a request that was not yet served.</summary>
    RequestCancelled,

    /// <summary>A requested block's bytes are in <see cref="SessionEvent.Lease"/>, hashed in <see cref="SessionEvent.Digest"/>;
    /// the owner takes over the lease's reference.</summary>
    BlockArrived,

    /// <summary>A block that was handed over to be served has been written (<see cref="SessionEvent.Value"/> 1) or
    /// dropped (0); <see cref="SessionEvent.Count"/> is its length in bytes.</summary>
    BlockServed,

    /// <summary>The remote rejected a request, for the reason in <see cref="SessionEvent.Value"/>.</summary>
    Rejected,

    /// <summary>Peer addresses arrived, encoded, in <see cref="SessionEvent.Payload"/>.</summary>
    Peers,

    /// <summary>A round trip was measured: <see cref="SessionEvent.Deadline"/>.</summary>
    RoundTrip,

    /// <summary>The remote's credit for our requests is now <see cref="SessionEvent.Count"/>.</summary>
    Credit,

    /// <summary>The session ended; the last event. <see cref="SessionEvent.Value"/> is a <see cref="SessionEndReason"/>,
    /// <see cref="SessionEvent.Count"/> is 1 when it is the remote's goodbye that says so, 0 when this end does.</summary>
    Ended,
}

/// <summary>Something that a session tells its owner; small, copied, crosses between loops.</summary>
public readonly record struct SessionEvent
{
    /// <summary>What happened.</summary>
    public required SessionEventKind Kind { get; init; }

    /// <summary>The channel; 0 where the event concerns the link.</summary>
    public ushort Channel { get; init; }

    /// <summary>The request, where there is one.</summary>
    public uint Request { get; init; }

    /// <summary>The block, segment or track, where there is one.</summary>
    public BlockId Block { get; init; }

    /// <summary>How many, see <see cref="SessionEventKind"/>.</summary>
    public uint Count { get; init; }

    /// <summary>See <see cref="SessionEventKind"/>.</summary>
    public uint Value { get; init; }

    /// <summary>A time, relative to now, or a measured span.</summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>The stream of a channel.</summary>
    public StreamId Stream { get; init; }

    /// <summary>The leaf hash of an arrived block.</summary>
    public Hash256 Digest { get; init; }

    /// <summary>An arrived block's bytes.</summary>
    public Lease? Lease { get; init; }

    /// <summary>Encoded bytes, owned by the receiver of the event.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }
}
