using P2PStream.Swarm;

namespace P2PStream;

/// <summary>How a stream is watched.</summary>
public sealed class WatchOptions
{
    /// <summary>False never to use the origin.</summary>
    public bool UseOrigin { get; init; } = true;

    /// <summary>Bytes per second that this stream sends, at most, within the node's
    /// <see cref="StreamNodeOptions.UploadLimit"/>: blocks with their frames; null: no limit of its own.</summary>
    public long? UploadLimit { get; init; }

    /// <summary>Bytes per second of blocks that this stream asks for, at most, within the node's
    /// <see cref="StreamNodeOptions.DownloadLimit"/>; null: no limit of its own.</summary>
    public long? DownloadLimit { get; init; }

    /// <summary>Decides who is served; null: the node's policy.</summary>
    public IUploadPolicy? UploadPolicy { get; init; }
}
