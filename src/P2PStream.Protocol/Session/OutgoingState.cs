namespace P2PStream.Protocol;

/// <summary>Where one of our requests stands.</summary>
internal enum OutgoingState
{
    /// <summary>Not yet written, for want of credit or of a turn.</summary>
    Waiting,

    /// <summary>Written, not answered.</summary>
    Sent,

    /// <summary>Its block is being read into the lease.</summary>
    Placing,

    /// <summary>Its block is in the lease and not yet hashed.</summary>
    Hashing,
}
