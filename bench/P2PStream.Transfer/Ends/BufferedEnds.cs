namespace P2PStream.Transfer;

/// <summary>A stream that gathers what is written until it is flushed, and reads ahead: as many bytes
/// as its buffers hold; zero for none. What lies between TLS and the socket in an experiment.</summary>
internal sealed class BufferedEnds(Stream inner, int sendBytes, int receiveBytes) : Stream
{
    private readonly byte[] _toSend = new byte[sendBytes];
    private readonly byte[] _received = new byte[receiveBytes];
    private int _held;
    private int _start;
    private int _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // TLS asks for no bytes to learn that there are some.
        if (_start < _end) return new ValueTask<int>(Copy(buffer));
        if (receiveBytes == 0 || buffer.Length == 0)
            return inner.ReadAsync(buffer, cancellationToken);
        var reading = inner.ReadAsync(_received, cancellationToken);
        if (!reading.IsCompletedSuccessfully) return ReadSlowlyAsync(reading, buffer);
        (_start, _end) = (0, reading.Result);
        return new ValueTask<int>(Copy(buffer));
    }

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length > sendBytes - _held) return SendAsync(buffer, cancellationToken);
        buffer.CopyTo(_toSend.AsMemory(_held));
        _held += buffer.Length;
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _held == 0 ? Task.CompletedTask : SendAsync(default, cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private int Copy(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _end - _start);
        _received.AsSpan(_start, count).CopyTo(buffer.Span);
        _start += count;
        return count;
    }

    private async ValueTask<int> ReadSlowlyAsync(ValueTask<int> reading, Memory<byte> buffer)
    {
        (_start, _end) = (0, await reading);
        return Copy(buffer);
    }

    private async ValueTask SendAsync(
        ReadOnlyMemory<byte> next, CancellationToken cancellationToken)
    {
        if (_held > 0) await inner.WriteAsync(_toSend.AsMemory(0, _held), cancellationToken);
        _held = 0;
        if (next.Length > 0) await inner.WriteAsync(next, cancellationToken);
    }
}
