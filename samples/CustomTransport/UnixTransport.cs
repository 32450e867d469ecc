using System.IO.Pipelines;
using System.Net.Sockets;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace CustomTransport;

/// <summary>Links over Unix domain sockets; an address is a path. The kernel keeps strangers out,
/// so the links prove no keys: <see cref="LocalId"/> is zero.</summary>
internal sealed class UnixTransport : ITransport
{
    public string Tag => "unix";

    public PeerId LocalId => default;

    public async ValueTask<ILink> ConnectAsync(
        TransportAddress address, CancellationToken cancellationToken)
    {
        var socket = Open(address);
        try
        {
            await socket.ConnectAsync(
                new UnixDomainSocketEndPoint(address.Value), cancellationToken);
            return new UnixLink(socket, address, isInitiator: true);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new LinkException($"Nobody listens at {address.Value}.", error);
        }
    }

    public ValueTask<ILinkListener> ListenAsync(
        TransportAddress address, CancellationToken cancellationToken)
    {
        var socket = Open(address);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(address.Value));
            socket.Listen();
            return new ValueTask<ILinkListener>(new UnixListener(socket, address));
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new LinkException($"{address.Value} is in use or cannot be made.", error);
        }
    }

    private Socket Open(TransportAddress address) => address.Tag == Tag
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : throw new LinkException($"{address} is no path of a Unix socket.");

    private sealed class UnixListener(Socket socket, TransportAddress address) : ILinkListener
    {
        public TransportAddress LocalAddress => address;

        public async ValueTask<ILink?> AcceptAsync(CancellationToken cancellationToken)
        {
            try
            {
                var accepted = await socket.AcceptAsync(cancellationToken);
                return new UnixLink(accepted, address, isInitiator: false);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return null;
            }
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            File.Delete(address.Value);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>All that a link must bring along is two pipes: reading into place and gathered
    /// writes have defaults that copy through them.</summary>
    private sealed class UnixLink(Socket socket, TransportAddress address, bool isInitiator) : ILink
    {
        public LinkInfo Info { get; } =
            new(default, address, PathClass.SameHost, isInitiator, TimeSpan.Zero);

        public PipeReader Input { get; } = PipeReader.Create(new NetworkStream(socket));

        public PipeWriter Output { get; } = PipeWriter.Create(new SendSide(socket));

        public ValueTask DisposeAsync()
        {
            if (socket.Connected) socket.Shutdown(SocketShutdown.Both);
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Completing the writer disposes it, which tells the other end that nothing
    /// follows.</summary>
    private sealed class SendSide(Socket socket) : NetworkStream(socket)
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing && Socket.Connected) Socket.Shutdown(SocketShutdown.Send);
            base.Dispose(disposing);
        }
    }
}
