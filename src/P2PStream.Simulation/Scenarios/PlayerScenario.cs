namespace P2PStream.Simulation;

/// <summary>How a player chooses among renditions.</summary>
public enum RenditionChoice
{
    /// <summary>The first that the scenario names, always.</summary>
    Fixed,

    /// <summary>The highest below four fifths of the rate at which its segments came.</summary>
    Throughput,

    /// <summary>By how full its buffer is: the lowest below a fifth, the highest above four fifths.</summary>
    Buffer,
}

/// <summary>How a viewer's player behaves.</summary>
public sealed record PlayerScenario
{
    /// <summary>Seconds of media that it reads ahead.</summary>
    public double BufferSeconds { get; set; } = 10;

    /// <summary>Segments that it holds before it starts, and after a stall goes on: 1 to 100.</summary>
    public int StartSegments { get; set; } = 1;

    /// <summary>How it chooses among renditions.</summary>
    public RenditionChoice Renditions { get; set; }

    /// <summary>Jumps to a random place, a minute and viewer on average; 0 for none. On demand only.</summary>
    public double SeeksPerMinute { get; set; }

    /// <summary>Seconds behind the newest segment at which it joins a live stream.</summary>
    public double LiveDelaySeconds { get; set; } = 6;

    /// <summary>Seconds beyond the playhead that its node fetches ahead.</summary>
    public double PrefetchSeconds { get; set; } = 30;
}
