using System.Net;

namespace P2PStream.Transport;

/// <summary>
/// Sends and receives datagrams, each whole or not at all, in any order. Several senders and one
/// receiver at a time; disposing ends both and may be called more than once.
/// </summary>
public interface IDatagramSocket : IAsyncDisposable
{
    /// <summary>Where it is bound, with the real port where 0 was asked.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Sends. One that cannot be delivered is lost without an error, as it would be on the
    /// way.</summary>
    /// <param name="datagram">Its bytes, not kept after the call.</param>
    /// <param name="remote">Where to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    ValueTask SendAsync(
        ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellationToken);

    /// <summary>Waits for a datagram. What does not fit into <paramref name="buffer"/> is cut
    /// off.</summary>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    ValueTask<Datagram> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);
}
