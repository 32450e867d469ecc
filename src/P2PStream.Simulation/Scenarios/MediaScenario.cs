namespace P2PStream.Simulation;

/// <summary>What is shown: one video track a bitrate, and one of audio where wanted, all cut at the same moments.</summary>
public sealed record MediaScenario
{
    /// <summary>True when segments come into being as time passes; false when all exist at the start.</summary>
    public bool IsLive { get; set; }

    /// <summary>Segments a track: 1 to 10,000.</summary>
    public int Segments { get; set; } = 30;

    /// <summary>Seconds that a segment plays: 0.1 to 60.</summary>
    public double SegmentSeconds { get; set; } = 2;

    /// <summary>Bits per second of each rendition, ascending: 1 to 8 of them.</summary>
    public IReadOnlyList<long> BitsPerSecond { get; set; } = [2_000_000];

    /// <summary>Bits per second of an audio track, which every player reads beside a rendition: 0 (none), or
    /// 1,000 to 10,000,000.</summary>
    public long AudioBitsPerSecond { get; set; }

    /// <summary>Bits per second of the highest rendition and the audio: what a player reads at most.</summary>
    internal long HighestBitsPerSecond => BitsPerSecond[^1] + AudioBitsPerSecond;
}
