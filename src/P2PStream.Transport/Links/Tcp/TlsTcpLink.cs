using System.Net.Security;
using System.Net.Sockets;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>A link over TCP and TLS.</summary>
internal sealed class TlsTcpLink(Socket socket, SslStream tls, LinkInfo info)
    : TcpLink(socket, tls, info)
{
    protected override async ValueTask SendAsync(
        TransmitBatch batch, CancellationToken cancellationToken)
    {
        for (var i = 0; i < batch.SegmentCount; i++)
            await tls.WriteAsync(batch.GetSegment(i), cancellationToken).ConfigureAwait(false);
        await tls.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
