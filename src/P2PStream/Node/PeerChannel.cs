using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>A stream's channel on a link, as the stream sees it.</summary>
internal sealed class PeerChannel(PeerConnection connection, ushort number, StreamRuntime runtime)
{
    private readonly TaskCompletionSource<bool> _joining =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PeerConnection Connection { get; } = connection;

    public ushort Number { get; } = number;

    public StreamRuntime Runtime { get; } = runtime;

    /// <summary>How the stream numbers the peer.</summary>
    public int Peer { get; set; }

    /// <summary>True when the stream has been told of it; false when it has ended before.</summary>
    public Task<bool> Joining => _joining.Task;

    public bool HasEnded { get; private set; }

    public PeerId Remote => Connection.Remote;

    public TimeSpan SetupTime => Connection.SetupTime;

    /// <summary>What this turn of the stream's loop has to tell the peer; the loop's alone.</summary>
    public List<SessionCommand> Commands { get; } = [];

    /// <summary>The remote may be told of the stream, and the stream of the remote.</summary>
    public void Join(DialAddress? listens)
    {
        if (_joining.TrySetResult(true)) Runtime.Join(this, listens);
    }

    public void End()
    {
        HasEnded = true;
        _joining.TrySetResult(false);
    }
}
