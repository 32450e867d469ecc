namespace P2PStream;

/// <summary>How reading a block of the host's own ended.</summary>
internal enum BlockReadOutcome
{
    /// <summary>It is not there, or no longer whole.</summary>
    Absent,

    /// <summary>It was read and is to be hashed.</summary>
    Read,

    /// <summary>It was read from where it was hashed, which has not changed since.</summary>
    ReadUnchanged,
}
