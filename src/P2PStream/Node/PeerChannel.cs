using P2PStream.Protocol;

namespace P2PStream;

/// <summary>A stream's channel on a link, as the stream sees it.</summary>
internal sealed class PeerChannel(PeerConnection connection, ushort number, StreamRuntime runtime)
{
    public PeerConnection Connection { get; } = connection;

    public ushort Number { get; } = number;

    public StreamRuntime Runtime { get; } = runtime;

    /// <summary>How the stream numbers the peer.</summary>
    public int Peer { get; set; }

    public bool HasEnded { get; set; }

    public PeerId Remote => Connection.Remote;

    public TimeSpan SetupTime => Connection.SetupTime;

    /// <summary>What this turn of the stream's loop has to tell the peer; the loop's alone.</summary>
    public List<SessionCommand> Commands { get; } = [];
}
