namespace P2PStream.Tool.Demo;

/// <summary>A viewer in this process or in one of its own. Disposing makes it leave the swarm.</summary>
internal interface IDemoViewer : IAsyncDisposable
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>How it fares; from any thread.</summary>
    ViewerSnapshot Snapshot { get; }
}
