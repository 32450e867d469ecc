namespace P2PStream.Simulation;

/// <summary>A slot and whom to ask for it.</summary>
internal readonly record struct PolicyChoice(PolicySlot Slot, PolicySource Source);
