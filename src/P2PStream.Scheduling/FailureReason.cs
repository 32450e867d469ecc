namespace P2PStream.Scheduling;

/// <summary>Why a request failed at its source.</summary>
public enum FailureReason
{
    /// <summary>
    /// The source does not have the block after all: it is no longer advertised there.
    /// </summary>
    NotAvailable,

    /// <summary>The source is busy: the block stays advertised, its window shrinks.</summary>
    Busy,

    /// <summary>The bytes were wrong.</summary>
    Corrupt,
}
