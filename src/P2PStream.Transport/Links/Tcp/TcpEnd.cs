using System.Net.Sockets;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>Dials and listens by TCP for a transport, whose set-up makes the links.</summary>
internal sealed class TcpEnd(TcpSetup setup, TcpOptions options)
{
    /// <summary>Connections that the kernel holds for us, at most.</summary>
    private const int Backlog = 512;

    /// <summary>Addresses of one name that are tried in turn, at most.</summary>
    private const int MaxAddresses = 4;

    /// <inheritdoc cref="ITransport.ConnectAsync"/>
    public async ValueTask<ILink> ConnectAsync(
        TransportAddress address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var target = Parse(address);
        if (target.Port == 0) throw new LinkException($"{target} names no port.");
        using var timeout = new CancellationTokenSource(options.SetupTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, timeout.Token);
        var started = options.Time.GetTimestamp();
        try
        {
            var socket = await DialAsync(target, either.Token).ConfigureAwait(false);
            return await setup.RunAsync(
                new TcpStart(socket, setup.Tag, address, options.Time, started), either.Token)
                .ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (timeout.IsCancellationRequested)
        {
            throw new LinkException(
                $"{target} did not answer within {options.SetupTimeout.TotalSeconds:0.#} s.");
        }
        catch (Exception error) when (error is not LinkException)
        {
            throw new LinkException(SocketErrors.Describe(target, setup.Name, error), error);
        }
    }

    /// <inheritdoc cref="ITransport.ListenAsync"/>
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
            throw new LinkException(SocketErrors.Describe(target, setup.Name, error), error);
        }
    }

    /// <summary>Listens on a socket that is bound already; the listener owns it.</summary>
    public ILinkListener Listen(Socket bound)
    {
        bound.Listen(Backlog);
        return new TcpLinkListener(bound, setup, options);
    }

    private HostPort Parse(TransportAddress address) =>
        address.Tag == setup.Tag && HostPort.TryParse(address.Value, out var target)
            ? target
            : throw new LinkException($"{address} is no host:port of {setup.Tag}.");

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
