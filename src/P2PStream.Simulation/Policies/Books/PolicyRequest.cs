namespace P2PStream.Simulation;

/// <summary>One request in flight.</summary>
internal sealed record PolicyRequest(
    uint Ticket, PolicySlot Slot, PolicySource Source, TimeSpan SentAt);
