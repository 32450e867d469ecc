using P2PStream.Swarm;

namespace P2PStream;

/// <summary>How a stream is watched.</summary>
public sealed class WatchOptions
{
    /// <summary>False never to use the origin.</summary>
    public bool UseOrigin { get; init; } = true;

    /// <summary>Decides who is served; null: the node's policy.</summary>
    public IUploadPolicy? UploadPolicy { get; init; }
}
