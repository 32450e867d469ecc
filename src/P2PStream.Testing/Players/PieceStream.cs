namespace P2PStream.Testing;

/// <summary>Bytes that come a few at a time, each time a moment later.</summary>
internal sealed class PieceStream(byte[] bytes, int mostAtOnce) : Stream
{
    private volatile bool _isAtEnd;
    private int _position;

    /// <summary>Done once half of the bytes have come.</summary>
    public Func<CancellationToken, Task>? OnHalf { get; init; }

    /// <summary>True once the reader has been told that nothing follows.</summary>
    public bool IsAtEnd => _isAtEnd;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => bytes.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        if (OnHalf is not null && _position >= bytes.Length / 2)
            await OnHalf(cancellationToken).ConfigureAwait(false);
        var count = Math.Min(Math.Min(buffer.Length, mostAtOnce), bytes.Length - _position);
        bytes.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        if (count == 0 && buffer.Length > 0) _isAtEnd = true;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();
}
