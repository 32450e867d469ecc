namespace P2PStream.Scheduling;

/// <summary>Why the picker ended a request by itself.</summary>
public enum CancellationReason
{
    /// <summary>Its slot slid out of the lane, was cleared, or its lane closed.</summary>
    NotWanted,

    /// <summary>Another copy arrived first.</summary>
    Superseded,

    /// <summary>
    /// Its source did not deliver in the time its estimate allows; the block is wanted again.
    /// </summary>
    Stalled,
}

/// <summary>A request that the picker has ended and that must be cancelled at its source.</summary>
/// <param name="Ticket">The request.</param>
/// <param name="Source">Whom it was asked of.</param>
/// <param name="Reason">Why.</param>
public readonly record struct Cancellation(uint Ticket, int Source, CancellationReason Reason);
