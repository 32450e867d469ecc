namespace P2PStream.Scheduling;

/// <summary>One request to make.</summary>
/// <param name="Ticket">Names the request until it ends; never reused while in flight.</param>
/// <param name="Source">Whom to ask.</param>
/// <param name="Lane">The block's lane.</param>
/// <param name="Position">The block's position in its lane.</param>
/// <param name="Deadline">When the playhead needs it.</param>
/// <param name="IsHedge">True for a second copy of a block that is already in flight.</param>
public readonly record struct Pick(
    uint Ticket, int Source, int Lane, long Position, TimeSpan Deadline, bool IsHedge);
