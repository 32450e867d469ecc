namespace P2PStream.Simulation;

/// <summary>What a node is there for.</summary>
internal sealed record NodeRole(NodeClass Class, bool IsPublisher)
{
    /// <summary>How long a staller plays along.</summary>
    public static readonly TimeSpan StallsAfter = TimeSpan.FromSeconds(10);

    /// <summary>Memory of a publisher for blocks on their way to viewers, in bytes.</summary>
    private const long PublisherMemory = 256L << 20;

    public bool HasPlayer => !IsPublisher && Class.Kind is NodeKind.Viewer or NodeKind.Staller;

    /// <summary>Names blocks that it does not have.</summary>
    public bool IsLiar => Class.Kind is NodeKind.Polluter or NodeKind.BlackHole;

    public static NodeRole Publisher(PublisherScenario publisher) => new(
        new NodeClass
        {
            Name = "publisher",
            UploadBitsPerSecond = publisher.UploadBitsPerSecond,
            DownloadBitsPerSecond = publisher.UploadBitsPerSecond,
            MemoryBytes = PublisherMemory,
        },
        IsPublisher: true);
}
