using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>A link over TCP and TLS.</summary>
internal sealed class TlsTcpLink(Socket socket, SslStream tls, LinkInfo info)
    : TcpLink(socket, tls, info)
{
    /// <summary>A batch is packed before it is encrypted: a block's header as a TLS record of its own costs
    /// both ends more than copying the block does.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask SendAsync(
        TransmitBatch batch, CancellationToken cancellationToken)
    {
        var packed = ArrayPool<byte>.Shared.Rent((int)batch.TotalBytes);
        var count = 0;
        for (var i = 0; i < batch.SegmentCount; i++)
        {
            var segment = batch.GetSegment(i);
            segment.CopyTo(packed.AsMemory(count));
            count += segment.Length;
        }

        await tls.WriteAsync(packed.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        await tls.FlushAsync(cancellationToken).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(packed);
    }
}
