namespace P2PStream.Http;

/// <summary>A range of a seekable stream as a stream of its own. Owns the stream beneath.</summary>
internal sealed class StreamPart : Stream
{
    private readonly Stream _whole;
    private readonly ByteRange _range;

    /// <param name="whole">Disposed with this; has all bytes of the range.</param>
    /// <param name="range">What to show of it.</param>
    public StreamPart(Stream whole, ByteRange range)
    {
        _whole = whole;
        _range = range;
        _whole.Position = range.Offset;
    }

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => _range.Length;

    public override long Position
    {
        get => _whole.Position - _range.Offset;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(Span<byte> buffer) => _whole.Read(buffer[..Fitting(buffer.Length)]);

    public override int Read(byte[] buffer, int offset, int count) =>
        Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _whole.ReadAsync(buffer[..Fitting(buffer.Length)], cancellationToken);

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };
        ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(offset));
        _whole.Position = _range.Offset + target;
        return target;
    }

    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();
    public override void Flush() { }

    public override async ValueTask DisposeAsync()
    {
        await _whole.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _whole.Dispose();
        base.Dispose(disposing);
    }

    private int Fitting(int count) => (int)Math.Clamp(Length - Position, 0, count);
}
