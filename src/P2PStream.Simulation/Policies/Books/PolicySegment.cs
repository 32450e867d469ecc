namespace P2PStream.Simulation;

/// <summary>
/// The blocks that were appended together: what other programs call a piece or a segment.
/// </summary>
internal sealed class PolicySegment(PolicyLane lane, long first)
{
    internal PolicyLane Lane { get; } = lane;

    /// <summary>The position of its first block; names it within its lane.</summary>
    internal long First { get; } = first;

    /// <summary>Its blocks that are still in the ring, in order.</summary>
    internal List<PolicySlot> Slots { get; } = [];

    internal TimeSpan Deadline => Slots.Min(slot => slot.Deadline);

    internal IEnumerable<PolicySlot> Open => Slots.Where(slot => slot.IsOpen);

    internal bool IsHeld => Slots.All(slot => slot.IsHeld);

    /// <summary>Peers that advertise all of it that is still missing.</summary>
    internal bool IsWholeAt(PolicySource source) =>
        Slots.All(slot => slot.IsHeld || slot.IsAt(source));
}
