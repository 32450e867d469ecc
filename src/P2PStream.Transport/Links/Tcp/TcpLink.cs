using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>A link over a stream over a TCP socket. Owns both.</summary>
internal abstract class TcpLink : ILink
{
    /// <summary>Two blocks.</summary>
    private const int WriterSegmentBytes = 32 * 1024;

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly LinkReader _reader;
    private int _disposed;

    protected TcpLink(Socket socket, Stream stream, LinkInfo info)
    {
        _socket = socket;
        _stream = stream;
        _reader = new LinkReader(stream);
        Output = PipeWriter.Create(new SendSide(stream, socket),
            new StreamPipeWriterOptions(minimumBufferSize: WriterSegmentBytes));
        Info = info;
    }

    public LinkInfo Info { get; }

    public PipeReader Input => _reader;

    public PipeWriter Output { get; }

    public ValueTask ReadPayloadAsync(
        Memory<byte> destination, CancellationToken cancellationToken) =>
        _reader.ReadPayloadAsync(destination, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(TransmitBatch batch, CancellationToken cancellationToken)
    {
        if (Output.UnflushedBytes > 0)
            await Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        await SendAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        try
        {
            // Wakes whoever still reads or writes.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other end was faster.
        }

        await _stream.DisposeAsync().ConfigureAwait(false);
        Release();
    }

    /// <summary>Sends all of a batch; returns when the link needs it no more.</summary>
    protected abstract ValueTask SendAsync(
        TransmitBatch batch, CancellationToken cancellationToken);

    /// <summary>Gives back what a kind of link has beside its stream; called once.</summary>
    protected virtual void Release()
    {
    }
}
