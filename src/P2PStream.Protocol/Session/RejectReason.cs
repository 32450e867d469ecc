namespace P2PStream.Protocol;

/// <summary>Why a request or a channel is rejected.</summary>
public enum RejectReason : byte
{
    /// <summary>The block, segment or stream is not here.</summary>
    NotAvailable = 1,

    /// <summary>Too much is queued.</summary>
    Busy = 2,

    /// <summary>The upload policy says no.</summary>
    Refused = 3,

    /// <summary>The block is beyond the end of its part.</summary>
    OutOfRange = 4,

    /// <summary>The channel's kind is unknown.</summary>
    UnknownKind = 5,

    /// <summary>The deadline passed before the block was written.</summary>
    Expired = 6,

    /// <summary>The requester took it back.</summary>
    Cancelled = 7,
}
