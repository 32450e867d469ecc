namespace P2PStream.Scheduling;

/// <summary>A slot and whom to ask for it.</summary>
internal readonly record struct Choice(Lane Lane, int Slot, Source Source);
