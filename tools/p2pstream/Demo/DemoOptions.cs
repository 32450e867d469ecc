namespace P2PStream.Tool.Demo;

/// <summary>What the demo was asked to do.</summary>
internal sealed record DemoOptions
{
    /// <summary>Most viewers one machine is asked for.</summary>
    public const int MostViewers = 200;

    /// <summary>What viewers fetch beyond their playheads unless told.</summary>
    public static readonly TimeSpan UsualAhead = TimeSpan.FromSeconds(20);

    /// <summary>Viewers that are started one after the other, without the one that comes
    /// late.</summary>
    public int Viewers { get; init; } = 8;

    /// <summary>Time between two starts.</summary>
    public TimeSpan Spacing { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The origin's upload to all together, bits per second; 0 for no limit.</summary>
    public long OriginCap { get; init; }

    /// <summary>A playlist or file, or the URL of one; null for the sample.</summary>
    public string? Source { get; init; }

    /// <summary>Media that each viewer fetches beyond its playhead.</summary>
    public TimeSpan Ahead { get; init; } = UsualAhead;

    /// <summary>What each viewer may send and ask for.</summary>
    public RateLimits Limits { get; init; } = new();

    /// <summary>Each viewer is a process of its own.</summary>
    public bool Processes { get; init; }

    /// <summary>Shows a page, and keeps running.</summary>
    public bool Serve { get; init; }

    /// <summary>One JSON object on standard output; everything else goes to standard
    /// error.</summary>
    public bool Json { get; init; }
}
