namespace P2PStream.Simulation;

/// <summary>Something that is going to happen to another node than the one that planned it.</summary>
internal readonly record struct Mail(VirtualClock To, PlannedEvent Event);
