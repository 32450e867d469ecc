using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>
/// Links over TCP with mutual TLS: 1.3, or 1.2 with ECDHE and an AEAD where a platform lacks it.
/// The remote's identity is its key; no certificate authority has a say. Borrows the identity.
/// </summary>
/// <remarks>A dialled link may already be refused by the other end when it is returned (TLS 1.3
/// lets the client finish first): it counts as up with the session's hello.</remarks>
/// <param name="identity">This node's key.</param>
/// <param name="options">Limits and clock.</param>
public sealed class TlsTcpTransport(LinkIdentity identity, TlsTcpOptions? options = null)
    : ITransport
{
    /// <summary>The tag of its addresses, whose value is <c>host:port</c> or
    /// <c>[IPv6]:port</c>.</summary>
    public const string AddressTag = "tcp";

    /// <summary>Connections that the kernel holds for us, at most.</summary>
    private const int Backlog = 512;

    /// <summary>Addresses of one name that are tried in turn, at most.</summary>
    private const int MaxAddresses = 4;

    private readonly TlsTcpOptions _options = options ?? new TlsTcpOptions();

    /// <inheritdoc/>
    public string Tag => AddressTag;

    /// <inheritdoc/>
    public PeerId LocalId => identity.Id;

    /// <inheritdoc/>
    public async ValueTask<ILink> ConnectAsync(
        TransportAddress address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var target = Parse(address);
        if (target.Port == 0) throw new LinkException($"{target} names no port.");
        using var timeout = new CancellationTokenSource(_options.SetupTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, timeout.Token);
        var started = _options.Time.GetTimestamp();
        try
        {
            var socket = await DialAsync(target, either.Token).ConfigureAwait(false);
            return await TlsTcpLink.AuthenticateAsync(
                socket, address, identity, _options, started, either.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (timeout.IsCancellationRequested)
        {
            throw new LinkException(
                $"{target} did not answer within {_options.SetupTimeout.TotalSeconds:0.#} s.");
        }
        catch (Exception error) when (error is not LinkException)
        {
            throw new LinkException(Describe(target, error), error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ILinkListener> ListenAsync(
        TransportAddress address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var target = Parse(address);
        Socket? socket = null;
        try
        {
            var endPoint = (await target.ResolveAsync(cancellationToken).ConfigureAwait(false))[0];
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endPoint);
            return Listen(socket);
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            throw new LinkException(Describe(target, error), error);
        }
    }

    /// <summary>Listens on a socket that is bound already, such as that of a
    /// <see cref="PortPair"/>.</summary>
    /// <param name="bound">A TCP socket; the listener owns it from here on.</param>
    /// <exception cref="SocketException">The port was taken in between.</exception>
    public ILinkListener Listen(Socket bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        bound.Listen(Backlog);
        return new TlsTcpListener(bound, identity, _options);
    }

    /// <summary>One line for people about a socket or handshake that failed.</summary>
    internal static string Describe(IPEndPoint target, Exception error) =>
        Describe(target.ToString(), target.Address.ToString(), target.Port, error);

    private static string Describe(HostPort target, Exception error) =>
        Describe(target.ToString(), target.Host, target.Port, error);

    private static string Describe(
        string target, string host, int port, Exception error) => error switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            $"{target} refuses the connection.",
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            $"Port {port} is in use at {host}.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            $"{host} is no address of this machine.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"This user may not use port {port}.",
        SocketException
        {
            SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain,
        } => $"The name {host} has no address.",
        SocketException socket => $"{target} cannot be reached ({socket.SocketErrorCode}).",
        AuthenticationException or IOException => $"{target} failed its TLS handshake.",
        _ => $"{target} cannot be reached ({error.GetType().Name}).",
    };

    private static HostPort Parse(TransportAddress address) =>
        address.Tag == AddressTag && HostPort.TryParse(address.Value, out var target)
            ? target
            : throw new LinkException($"{address} is no host:port of TCP.");

    private static async ValueTask<Socket> DialAsync(
        HostPort target, CancellationToken cancellationToken)
    {
        SocketException? last = null;
        var endPoints = await target.ResolveAsync(cancellationToken).ConfigureAwait(false);
        foreach (var endPoint in endPoints.Take(MaxAddresses))
        {
            var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException error)
            {
                socket.Dispose();
                last = error;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last!;
    }
}
