using System.Buffers;

namespace P2PStream.Http;

/// <summary>An answer's body: ends after exactly the bytes promised, and throws where the origin
/// ends early, sends more or falls silent. Owns the response.</summary>
internal sealed class OriginStream : Stream
{
    private const int SkipBufferBytes = 64 * 1024;

    private readonly Uri _uri;
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;
    private readonly long? _length;
    private readonly TimeSpan _idle;
    private long _read;

    /// <param name="uri">For messages.</param>
    /// <param name="response">Disposed with this.</param>
    /// <param name="body">Its body.</param>
    /// <param name="length">Bytes to give; null for all there are.</param>
    /// <param name="idle">Time that may pass without a byte.</param>
    public OriginStream(
        Uri uri, HttpResponseMessage response, Stream body, long? length, TimeSpan idle)
    {
        _uri = uri;
        _response = response;
        _body = body;
        _length = length;
        _idle = idle;
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length =>
        _length ?? throw new NotSupportedException("The length is not known.");
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    /// <summary>Throws bytes away that stand before those wanted.</summary>
    public async ValueTask SkipAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytes == 0) return;
        var buffer = ArrayPool<byte>.Shared.Rent(SkipBufferBytes);
        try
        {
            while (bytes > 0)
            {
                var wanted = (int)Math.Min(bytes, buffer.Length);
                var got = await ReadBodyAsync(buffer.AsMemory(0, wanted), cancellationToken);
                if (got == 0) throw new IOException($"{_uri}: ended before the bytes wanted");
                bytes -= got;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_length is { } length && buffer.Length > length - _read)
            buffer = buffer[..(int)(length - _read)];
        if (buffer.Length == 0) return 0;
        var got = await ReadBodyAsync(buffer, cancellationToken);
        if (got == 0 && _length is { } promised && _read < promised)
            throw new IOException($"{_uri}: ended after {_read} of {promised} bytes");
        _read += got;
        return got;
    }

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("An origin is read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();
    public override void Flush() { }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _response.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadBodyAsync(
        Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_idle);
        try
        {
            return await _body.ReadAsync(buffer, timeout.Token);
        }
        catch (HttpRequestException problem)
        {
            throw new IOException($"{_uri}: {problem.Message}", problem);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{_uri}: no byte within {_idle.TotalSeconds:0} s");
        }
    }
}
