using P2PStream.Protocol;

namespace P2PStream;

/// <summary>One stream's own limits at its node.</summary>
internal sealed class StreamLimits(StreamNode node, StreamId stream)
{
    private long? _upload;
    private long? _download;

    public long? Upload
    {
        get => _upload;
        set
        {
            node.Limits.Upload.SetRate(stream, value);
            _upload = value;
        }
    }

    public long? Download
    {
        get => _download;
        set
        {
            node.Limits.Download.SetRate(stream, value);
            _download = value;
        }
    }
}
