namespace P2PStream.Scheduling;

/// <summary>How a lane is made.</summary>
/// <param name="Capacity">Slots in the ring, 64 to 65,536; rounded up to a multiple of 64.</param>
/// <param name="Priority">Among equal deadlines the lower number goes first (audio before
/// video).</param>
public readonly record struct LaneOptions(int Capacity, int Priority = 0);
