using System.Buffers;
using System.Net;
using System.Threading.Channels;

namespace P2PStream.Transport;

/// <summary>One protocol's share of a <see cref="DatagramDemultiplexer"/>'s socket.</summary>
internal sealed class DatagramView(IDatagramSocket socket) : IDatagramSocket
{
    private readonly Channel<Held> _queue = Channel.CreateBounded<Held>(
        new BoundedChannelOptions(DatagramDemultiplexer.QueueLength) { SingleWriter = true });

    private long _dropped;
    private volatile bool _isOpened;

    public IPEndPoint LocalEndPoint => socket.LocalEndPoint;

    public long Dropped => Interlocked.Read(ref _dropped);

    public DatagramView Opened()
    {
        _isOpened = true;
        return this;
    }

    /// <summary>Queues a copy, or drops it.</summary>
    public void Offer(ReadOnlySpan<byte> datagram, IPEndPoint remote)
    {
        if (_isOpened)
        {
            var bytes = ArrayPool<byte>.Shared.Rent(datagram.Length);
            datagram.CopyTo(bytes);
            if (_queue.Writer.TryWrite(new Held(bytes, datagram.Length, remote))) return;
            ArrayPool<byte>.Shared.Return(bytes);
        }

        Interlocked.Increment(ref _dropped);
    }

    public ValueTask SendAsync(
        ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellationToken) =>
        socket.SendAsync(datagram, remote, cancellationToken);

    public async ValueTask<Datagram> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var held = await _queue.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var length = Math.Min(held.Length, buffer.Length);
            held.Bytes.AsSpan(0, length).CopyTo(buffer.Span);
            ArrayPool<byte>.Shared.Return(held.Bytes);
            return new Datagram(length, held.Remote);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(DatagramView));
        }
    }

    public ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        while (_queue.Reader.TryRead(out var held)) ArrayPool<byte>.Shared.Return(held.Bytes);
        return ValueTask.CompletedTask;
    }

    private readonly record struct Held(byte[] Bytes, int Length, IPEndPoint Remote);
}
