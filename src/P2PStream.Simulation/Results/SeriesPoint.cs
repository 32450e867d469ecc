namespace P2PStream.Simulation;

/// <summary>The swarm at one moment, and since the moment before.</summary>
/// <param name="Seconds">From the start.</param>
/// <param name="Viewers">Viewers that are watching.</param>
/// <param name="BufferSeconds">Media that a viewer holds beyond its playhead, on average.</param>
/// <param name="LowBufferSeconds">What nine tenths of them hold at least.</param>
/// <param name="Stalled">Viewers that had started and stand.</param>
/// <param name="Offload">Of the bytes since the point before, the share that came from other viewers.</param>
/// <param name="BitsPerSecond">Verified bits that a viewer got, a second.</param>
/// <param name="BoundBitsPerSecond">What the fluid bound allows each.</param>
public sealed record SeriesPoint(
    double Seconds, int Viewers, double BufferSeconds, double LowBufferSeconds, int Stalled,
    double Offload, double BitsPerSecond, double BoundBitsPerSecond);
