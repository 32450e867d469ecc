namespace P2PStream.Protocol;

/// <summary>What became of a check of a batch of records.</summary>
public enum RecordsStatus
{
    /// <summary>Every record is true.</summary>
    Verified,

    /// <summary>Of another epoch than this authority's: no offence, one side is behind.</summary>
    OtherEpoch,

    /// <summary>Of a track that this catalog does not have: no offence, one side is
    /// behind.</summary>
    UnknownTrack,

    /// <summary>Proven by a path, but to this catalog's knowledge the track has not ended: no
    /// offence, one side is behind.</summary>
    NotEnded,

    /// <summary>Outside an ended track.</summary>
    OutOfRange,

    /// <summary>A record is malformed, has another id than its place says, or contradicts
    /// itself.</summary>
    Malformed,

    /// <summary>The path or a signature is false.</summary>
    Forged,
}
