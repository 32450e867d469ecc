namespace P2PStream.Protocol;

/// <summary>Sizes and counts on the wire, in the units named; part of the protocol's version 1.</summary>
public static class WireLimits
{
    /// <summary>Bytes of a hello, at most: later versions may append fields.</summary>
    public const int HelloBytes = 256;

    /// <summary>Bytes of an encoded delegation and catalog with their signatures, at most.</summary>
    public const int AuthorityBytes = ContentLimits.CatalogBytes + 4 * 1024;

    /// <summary>Bytes of a batch of records with its proof, at most.</summary>
    public const int RecordsBytes = ContentLimits.RecordBatchBytes;

    /// <summary>Bytes of a list of peer addresses, at most.</summary>
    public const int PeersBytes = 4 * 1024;

    /// <summary>Addresses in a list of peer addresses, at most.</summary>
    public const int PeersPerFrame = 64;

    /// <summary>Bytes that follow a channel's kind and credit when it is opened, at most.</summary>
    public const int OpenBodyBytes = 1024;

    /// <summary>Bytes of a frame of unknown type that says it may be ignored, at most.</summary>
    public const int UnknownFrameBytes = 64 * 1024;

    /// <summary>Ranges in one availability frame, at most.</summary>
    public const int RangesPerFrame = 256;

    /// <summary>Requests in one run, at most.</summary>
    public const int RequestsPerFrame = 512;

    /// <summary>Requests outstanding on a channel until its remote end grants more.</summary>
    public const int InitialCredit = 256;

    /// <summary>Requests outstanding on a channel, at most, whatever is granted.</summary>
    public const int MaximumCredit = 512;

    /// <summary>Channels that one side has opened and that both have not yet closed, at most.</summary>
    public const int ChannelsPerSide = 64;
}
