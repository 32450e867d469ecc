namespace P2PStream.Simulation;

/// <summary>What a node of the audience is up to.</summary>
public enum NodeKind
{
    /// <summary>Watches, and shares what it has.</summary>
    Viewer,

    /// <summary>Names every block and sends wrong bytes for each.</summary>
    Polluter,

    /// <summary>Names every block and never sends one.</summary>
    BlackHole,

    /// <summary>A viewer that says no more after its first ten seconds, though its links stay up.</summary>
    Staller,
}

/// <summary>A share of the audience that is alike.</summary>
public sealed record NodeClass
{
    /// <summary>Its name in results.</summary>
    public string Name { get; set; } = "viewer";

    /// <summary>Its share of the audience: above 0, at most 1.</summary>
    public double Share { get; set; } = 1;

    /// <summary>What they are up to.</summary>
    public NodeKind Kind { get; set; }

    /// <summary>Bits per second that each can send.</summary>
    public long UploadBitsPerSecond { get; set; } = 5_000_000;

    /// <summary>Bits per second that each can receive.</summary>
    public long DownloadBitsPerSecond { get; set; } = 50_000_000;

    /// <summary>True when nobody can dial them: they are behind a NAT.</summary>
    public bool IsBehindNat { get; set; }

    /// <summary>Bytes of media that each keeps in memory: 4 MiB to 4 GiB.</summary>
    public long MemoryBytes { get; set; } = 32L << 20;
}
