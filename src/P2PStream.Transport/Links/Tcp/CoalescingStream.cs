using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace P2PStream.Transport;

/// <summary>
/// Collects what TLS writes until it is flushed, so that a batch of records is one send: with
/// NoDelay each block's header would otherwise be a packet of its own. Owns the socket's stream.
/// </summary>
internal sealed class CoalescingStream(NetworkStream inner) : Stream
{
    /// <summary>A batch of 64 KiB payload with its control frames and TLS records fits.</summary>
    private const int BufferBytes = 80 * 1024;

    /// <summary>Rented while something is held: an idle link holds none.</summary>
    private byte[]? _held;
    private int _count;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        TryHold(buffer.Span)
            ? ValueTask.CompletedTask
            : SendAsync(buffer, cancellationToken);

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_count > 0) await SendAsync(default, cancellationToken).ConfigureAwait(false);
    }

    // The synchronous calls are what PipeWriter.Complete and SslStream's shutdown use.
    public override int Read(byte[] buffer, int offset, int count) =>
        inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (TryHold(buffer.AsSpan(offset, count))) return;
        Flush();
        inner.Write(buffer, offset, count);
    }

    public override void Flush()
    {
        if (_held is not { } held) return;
        inner.Write(held, 0, _count);
        Drop(held);
    }

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private bool TryHold(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferBytes - _count) return false;
        _held ??= ArrayPool<byte>.Shared.Rent(BufferBytes);
        bytes.CopyTo(_held.AsSpan(_count));
        _count += bytes.Length;
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(
        ReadOnlyMemory<byte> next, CancellationToken cancellationToken)
    {
        if (_held is { } held)
        {
            // A send that fails leaves the array to the garbage collector: the socket may still
            // read it.
            await inner.WriteAsync(held.AsMemory(0, _count), cancellationToken)
                .ConfigureAwait(false);
            Drop(held);
        }

        if (next.Length > 0) await inner.WriteAsync(next, cancellationToken).ConfigureAwait(false);
    }

    private void Drop(byte[] held)
    {
        ArrayPool<byte>.Shared.Return(held);
        _held = null;
        _count = 0;
    }
}
