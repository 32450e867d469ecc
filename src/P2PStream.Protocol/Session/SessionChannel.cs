namespace P2PStream.Protocol;

/// <summary>One channel as this end sees it, until both ends have closed it.</summary>
internal sealed class SessionChannel(ushort number, bool isOurs)
{
    public ushort Number => number;

    /// <summary>This end opened it.</summary>
    public bool IsOurs => isOurs;

    /// <summary>The stream; of one that the remote opens with a tag not before it is accepted.</summary>
    public StreamId Stream { get; set; }

    /// <summary>The remote opened it with a tag.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The tag that the remote's accept must have; null on a channel that needs none.</summary>
    public Hash256? AwaitedTag { get; init; }

    /// <summary>The acceptor has said yes.</summary>
    public bool IsAccepted { get; set; }

    /// <summary>We have sent our last frame on it and wait for the remote's.</summary>
    public bool IsClosing { get; set; }

    /// <summary>When the wait for the remote's close ends.</summary>
    public TimeSpan CloseBy { get; set; }

    /// <summary>Requests that we may have outstanding.</summary>
    public int SendCredit { get; set; } = WireLimits.InitialCredit;

    /// <summary>Requests that the remote may have outstanding.</summary>
    public int GrantedCredit { get; set; } = WireLimits.InitialCredit;

    /// <summary>Our requests written and unanswered.</summary>
    public int Outstanding { get; set; }

    /// <summary>Our requests not yet written.</summary>
    public EntryList<OutgoingRequest> Waiting { get; } = new();

    /// <summary>Our requests written, until answered, or hashed if their data came.</summary>
    public EntryList<OutgoingRequest> Sent { get; } = new();

    /// <summary>Cancelled ones, oldest cancel first; they count as outstanding.</summary>
    public EntryList<OutgoingRequest> Cancelled { get; } = new();

    /// <summary>The remote's requests, unanswered.</summary>
    public EntryList<IncomingRequest> Incoming { get; } = new();

    /// <summary>Those of them that have their block and wait for their turn on the link.</summary>
    public ServeQueue Serving { get; } = new();

    /// <summary>The gate has said no to it; holds while one batch is filled.</summary>
    public bool IsHeldBack { get; set; }
}
