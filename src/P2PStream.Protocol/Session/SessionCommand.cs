namespace P2PStream.Protocol;

/// <summary>What a session's owner asks of it.</summary>
public enum SessionCommandKind
{
    /// <summary>Open a channel for <see cref="SessionCommand.Stream"/> under the number in <see cref="SessionCommand.Channel"/>,
    /// from <see cref="PeerSession.NextChannel"/>. Of a stream with a secret the <see cref="SessionCommand.Payload"/>
    /// has 64 bytes: the tag that opens, and the one that the accept must have.</summary>
    OpenChannel,

    /// <summary>Accept a channel that the remote opens. One that it opened with a tag is for
    /// <see cref="SessionCommand.Stream"/>, and accepted with the tag in <see cref="SessionCommand.Payload"/>.</summary>
    AcceptChannel,

    /// <summary>Refuse a channel that the remote opens; <see cref="SessionCommand.Value"/> is a <see cref="RejectReason"/>.</summary>
    RefuseChannel,

    /// <summary>Close a channel; its requests end, their leases are released.</summary>
    CloseChannel,

    /// <summary>Ask for the delegation and catalog.</summary>
    WantAuthority,

    /// <summary>Send the delegation and catalog in <see cref="SessionCommand.Payload"/>.</summary>
    SendAuthority,

    /// <summary>Ask for records.</summary>
    WantRecords,

    /// <summary>Answer for <see cref="SessionCommand.Block"/>'s segment with records in <see cref="SessionCommand.Payload"/>;
    /// empty: they are not here.</summary>
    SendRecords,

    /// <summary>Ask for the leaf list of a part.</summary>
    WantLeaves,

    /// <summary>Send the leaf list of a part in <see cref="SessionCommand.Payload"/>; empty: it is not here.</summary>
    SendLeaves,

    /// <summary>Tell that we have whole segments.</summary>
    HaveSegments,

    /// <summary>Tell that we no longer have segments.</summary>
    DropSegments,

    /// <summary>Tell that we have blocks of a part.</summary>
    HaveBlocks,

    /// <summary>Tell our window of a track, and our <see cref="InterestRole"/>.</summary>
    Interest,

    /// <summary>Request <see cref="SessionCommand.Block"/> under the number in <see cref="SessionCommand.Request"/>, to be placed in
    /// <see cref="SessionCommand.Lease"/>, whose reference passes to the session.</summary>
    Request,

    /// <summary>As <see cref="Request"/>, for a block that may not exist yet.</summary>
    Subscribe,

    /// <summary>Cancel a request; its lease is released, or reserved for the late block that may already be under
    /// way. That block is dropped, unless <see cref="SessionCommand.Value"/> is 1: then it is told of like any
    /// other.</summary>
    Cancel,

    /// <summary>Serve a request of the remote's with <see cref="SessionCommand.Lease"/>, whose reference passes to the session.</summary>
    Serve,

    /// <summary>Reject a request of the remote's; <see cref="SessionCommand.Value"/> is a <see cref="RejectReason"/>.</summary>
    Reject,

    /// <summary>Grant the remote more outstanding requests on a channel: <see cref="SessionCommand.Value"/>, never
    /// less than before, at most <see cref="WireLimits.MaximumCredit"/>.</summary>
    GrantCredit,

    /// <summary>Send peer addresses in <see cref="SessionCommand.Payload"/>.</summary>
    SendPeers,

    /// <summary>Say goodbye and end; <see cref="SessionCommand.Value"/> is a <see cref="SessionEndReason"/>.</summary>
    Goodbye,
}

/// <summary>Something that a session's owner asks of it; small, copied, crosses between loops.</summary>
public readonly record struct SessionCommand
{
    /// <summary>What to do.</summary>
    public required SessionCommandKind Kind { get; init; }

    /// <summary>The channel.</summary>
    public ushort Channel { get; init; }

    /// <summary>The request.</summary>
    public uint Request { get; init; }

    /// <summary>The block, segment or track.</summary>
    public BlockId Block { get; init; }

    /// <summary>How many.</summary>
    public uint Count { get; init; }

    /// <summary>See <see cref="SessionCommandKind"/>.</summary>
    public uint Value { get; init; }

    /// <summary>Relative to now.</summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>The stream of a channel.</summary>
    public StreamId Stream { get; init; }

    /// <summary>A place to receive into, or bytes to serve.</summary>
    public Lease? Lease { get; init; }

    /// <summary>Encoded bytes; not changed afterwards.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }
}
