namespace P2PStream.Simulation;

/// <summary>How far a run is.</summary>
/// <param name="Now">Virtual time.</param>
/// <param name="End">When it ends at the latest.</param>
/// <param name="Nodes">Nodes of the audience that are there.</param>
/// <param name="Events">Events so far.</param>
public readonly record struct SimulationProgress(
    TimeSpan Now, TimeSpan End, int Nodes, long Events);
