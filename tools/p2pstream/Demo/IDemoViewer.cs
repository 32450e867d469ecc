namespace P2PStream.Tool.Demo;

/// <summary>A viewer in this process or in one of its own. Disposing makes it leave the
/// swarm.</summary>
internal interface IDemoViewer : IAsyncDisposable
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>True for the one that joins when publisher and bootstrap node have left; counted
    /// apart.</summary>
    bool IsLate { get; }

    /// <summary>How it fares; from any thread.</summary>
    ViewerSnapshot Snapshot { get; }
}
