namespace P2PStream.Swarm;

/// <summary>What has been counted since the start, in bytes of verified payload unless said.</summary>
public sealed class SwarmCounters
{
    /// <summary>Delivered by other viewers.</summary>
    public long BytesFromViewers { get; internal set; }

    /// <summary>Delivered by the publisher and edge nodes.</summary>
    public long BytesFromPublisher { get; internal set; }

    /// <summary>Delivered by the origin.</summary>
    public long BytesFromOrigin { get; internal set; }

    /// <summary>Brought back into memory from the host's block store; delivered by nobody.</summary>
    public long BytesFromStore { get; internal set; }

    /// <summary>Payload served to peers.</summary>
    public long BytesServed { get; internal set; }

    /// <summary>Payload that arrived and was of no use: late, superseded or wrong.</summary>
    public long BytesWasted { get; internal set; }

    /// <summary>Payload asked for a second time, of somebody else, while a first request was under way: what comes
    /// twice of it is wasted, what is cancelled in time is not.</summary>
    public long BytesHedged { get; internal set; }

    /// <summary>Blocks whose bytes did not verify.</summary>
    public long RejectedBlocks { get; internal set; }

    /// <summary>Blocks verified after their deadline.</summary>
    public long LateBlocks { get; internal set; }

    /// <summary>Requests made of the origin.</summary>
    public long OriginRequests { get; internal set; }

    /// <summary>Stalls of the player, by what it waited for.</summary>
    public ReasonTally StallReasons { get; } = new();

    /// <summary>Blocks asked of the origin, by why they were not had from a peer.</summary>
    public ReasonTally OriginReasons { get; } = new();

    /// <summary>All verified bytes.</summary>
    public long BytesDelivered => BytesFromViewers + BytesFromPublisher + BytesFromOrigin;

    internal void Add(BlockOrigin origin, int bytes)
    {
        switch (origin)
        {
            case BlockOrigin.Viewer: BytesFromViewers += bytes; break;
            case BlockOrigin.Publisher: BytesFromPublisher += bytes; break;
            default: BytesFromOrigin += bytes; break;
        }
    }
}
