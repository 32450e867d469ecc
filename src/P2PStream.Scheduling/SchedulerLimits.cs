namespace P2PStream.Scheduling;

/// <summary>What a scheduler holds at most; reaching one is the host's error and throws.</summary>
public static class SchedulerLimits
{
    /// <summary>
    /// Most sources at once. A viewer keeps tens of links; an edge node, hundreds.
    /// </summary>
    public const int Sources = 512;

    /// <summary>
    /// Most lanes open at once: tracks wanted at one moment, over all streams of a host.
    /// </summary>
    public const int Lanes = 64;

    /// <summary>Fewest slots in a lane's ring: one word.</summary>
    public const int LaneCapacityMinimum = 64;

    /// <summary>Most slots in a lane's ring: 1 GiB of 16 KiB blocks.</summary>
    public const int LaneCapacity = 65_536;

    /// <summary>Most requests outstanding at one source.</summary>
    public const int Window = 4_096;

    /// <summary>Most requests outstanding in all: 512 MiB of 16 KiB blocks.</summary>
    public const int Outstanding = 32_768;
}
