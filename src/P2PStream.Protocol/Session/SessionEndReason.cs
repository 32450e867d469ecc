namespace P2PStream.Protocol;

/// <summary>Why a session ended. Values below 128 travel in the goodbye frame.</summary>
public enum SessionEndReason : byte
{
    /// <summary>Nothing more to say.</summary>
    Done = 0,

    /// <summary>The node shuts down.</summary>
    ShuttingDown = 1,

    /// <summary>The remote broke the protocol.</summary>
    ProtocolViolation = 2,

    /// <summary>No common version.</summary>
    VersionMismatch = 3,

    /// <summary>Too many links.</summary>
    TooManyLinks = 4,

    /// <summary>The remote is this node itself.</summary>
    SelfConnection = 5,

    /// <summary>A second link to the same node.</summary>
    Duplicate = 6,

    /// <summary>The remote served bytes that do not verify.</summary>
    Corrupt = 7,

    /// <summary>Nothing was heard in time.</summary>
    TimedOut = 8,

    /// <summary>The remote reads slower than it makes us write.</summary>
    TooSlow = 9,

    /// <summary>The link failed; never on the wire.</summary>
    LinkLost = 128,
}
