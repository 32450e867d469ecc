using System.Net.Sockets;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>
/// Links over TCP with mutual TLS: 1.3, or 1.2 with ECDHE and an AEAD where a platform lacks it.
/// The remote's identity is its key; no certificate authority has a say. Borrows the identity.
/// </summary>
/// <remarks>A dialled link may already be refused by the other end when it is returned (TLS 1.3
/// lets the client finish first): it counts as up with the session's hello.</remarks>
public sealed class TlsTcpTransport : ITransport
{
    /// <summary>The tag of its addresses, whose value is <c>host:port</c> or
    /// <c>[IPv6]:port</c>.</summary>
    public const string AddressTag = "tcp";

    private readonly LinkIdentity _identity;
    private readonly TcpEnd _end;

    /// <summary>Makes one.</summary>
    /// <param name="identity">This node's key.</param>
    /// <param name="options">Limits and clock.</param>
    public TlsTcpTransport(LinkIdentity identity, TlsTcpOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        options ??= new TlsTcpOptions();
        _identity = identity;
        _end = new TcpEnd(new TlsSetup(identity, options.Protocols), options);
    }

    /// <inheritdoc/>
    public string Tag => AddressTag;

    /// <inheritdoc/>
    public PeerId LocalId => _identity.Id;

    /// <inheritdoc/>
    public ValueTask<ILink> ConnectAsync(
        TransportAddress address, CancellationToken cancellationToken) =>
        _end.ConnectAsync(address, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ILinkListener> ListenAsync(
        TransportAddress address, CancellationToken cancellationToken) =>
        _end.ListenAsync(address, cancellationToken);

    /// <summary>Listens on a socket that is bound already, such as that of a
    /// <see cref="PortPair"/>.</summary>
    /// <param name="bound">A TCP socket; the listener owns it from here on.</param>
    /// <exception cref="SocketException">The port was taken in between.</exception>
    public ILinkListener Listen(Socket bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        return _end.Listen(bound);
    }
}
