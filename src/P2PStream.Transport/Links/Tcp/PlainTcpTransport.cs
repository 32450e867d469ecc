using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>
/// <b>NOT ENCRYPTED, NOT AUTHENTICATED.</b> Links over bare TCP, for a network that is trusted in
/// every part, such as one machine or a closed rack. <b>Never use it across the Internet.</b>
/// </summary>
/// <remarks>
/// <para><b>Everybody on the path reads everything</b>: which streams are watched, by whom, and
/// every byte of them. Everybody on the path can also change, drop and inject what is said.</para>
/// <para><b>The remote's identity is only what it claims.</b> <see cref="LinkInfo.Remote"/> proves
/// nothing here: anybody can take another node's id, and with it end that node's links, have it
/// banned, or be served in its place where an upload policy goes by ids.</para>
/// <para>What still holds: content. Every block is verified against records that the publisher
/// signed, whoever brought it, so nobody can make a viewer play or pass on a false byte.</para>
/// <para>A node uses it only when its host asks for it by name; addresses have a tag of their own,
/// so that no node with <see cref="TlsTcpTransport"/> dials them by mistake, nor the other way
/// round.</para>
/// </remarks>
public sealed class PlainTcpTransport : ITransport
{
    /// <summary>The tag of its addresses, whose value is <c>host:port</c> or
    /// <c>[IPv6]:port</c>.</summary>
    public const string AddressTag = "tcp-plain";

    private readonly TcpEnd _end;

    /// <summary>Makes one. <b>Its links are neither encrypted nor authenticated.</b></summary>
    /// <param name="id">What this node says that it is; not zero, and another for every node, such
    /// as 32 random bytes.</param>
    /// <param name="options">Limits and clock.</param>
    /// <exception cref="ArgumentException">The id is zero.</exception>
    public PlainTcpTransport(PeerId id, TcpOptions? options = null)
    {
        if (id.Value.IsZero) throw new ArgumentException("A node needs an id.", nameof(id));
        LocalId = id;
        _end = new TcpEnd(new PlainSetup(id), options ?? new TcpOptions());
    }

    /// <inheritdoc/>
    public string Tag => AddressTag;

    /// <summary>What this node claims to be; nothing proves it.</summary>
    public PeerId LocalId { get; }

    /// <inheritdoc/>
    public ValueTask<ILink> ConnectAsync(
        TransportAddress address, CancellationToken cancellationToken) =>
        _end.ConnectAsync(address, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ILinkListener> ListenAsync(
        TransportAddress address, CancellationToken cancellationToken) =>
        _end.ListenAsync(address, cancellationToken);
}
