using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>One way to make links. Safe for several callers at once.</summary>
public interface ITransport
{
    /// <summary>The tag of the addresses that it reads.</summary>
    string Tag { get; }

    /// <summary>This node's identity on its links; zero for a transport that proves none.</summary>
    PeerId LocalId { get; }

    /// <summary>Dials.</summary>
    /// <param name="address">Where to; its tag is <see cref="Tag"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LinkException">The remote is unreachable, refused or failed its
    /// handshake.</exception>
    ValueTask<ILink> ConnectAsync(TransportAddress address, CancellationToken cancellationToken);

    /// <summary>Listens.</summary>
    /// <param name="address">Where; port 0 asks for a free one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LinkException">The address is in use or not ours.</exception>
    ValueTask<ILinkListener> ListenAsync(
        TransportAddress address, CancellationToken cancellationToken);
}
