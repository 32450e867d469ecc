using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>A node's limits, up and down, and how many of its players are in a hurry.</summary>
internal sealed class NodeLimits : IDisposable
{
    private readonly Lock _lock = new();
    private int _urgent;

    public NodeLimits(StreamNodeOptions options)
    {
        Upload = new LinkLimiter(options.Time) { Rate = options.UploadLimit };
        Download = new LinkLimiter(options.Time) { Rate = options.DownloadLimit };
    }

    public LinkLimiter Upload { get; }

    public LinkLimiter Download { get; }

    /// <summary>A stream's player needs blocks soon, or no longer does; told at each change.</summary>
    public void SetUrgent(bool isUrgent)
    {
        lock (_lock)
        {
            _urgent += isUrgent ? 1 : -1;
            Upload.IsUrgent = _urgent > 0;
        }
    }

    /// <summary>A stream has ended.</summary>
    public void Forget(StreamId stream)
    {
        Upload.SetRate(stream, null);
        Download.SetRate(stream, null);
    }

    public void Dispose()
    {
        Upload.Dispose();
        Download.Dispose();
    }
}
