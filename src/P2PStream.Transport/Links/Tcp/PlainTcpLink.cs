using System.Net.Sockets;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>A link over TCP and nothing else: a batch is one gathered send from where its pieces
/// lie, and a payload is read from the socket into its place.</summary>
internal sealed class PlainTcpLink(Socket socket, NetworkStream stream, LinkInfo info)
    : TcpLink(socket, stream, info)
{
    private readonly GatheredSend _send = new(socket);

    protected override ValueTask SendAsync(
        TransmitBatch batch, CancellationToken cancellationToken) =>
        _send.SendAsync(batch, cancellationToken);

    protected override void Release() => _send.Dispose();
}
