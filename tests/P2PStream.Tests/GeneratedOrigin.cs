namespace P2PStream.Tests;

/// <summary>An origin over a <see cref="GeneratedSource"/>'s bytes, with a total rate that all its readers share.</summary>
internal sealed class GeneratedOrigin(int bytesPerSegment, double bytesPerSecond = double.PositiveInfinity)
    : IOriginClient
{
    public const string Uri = "http://origin.test/";

    private readonly Lock _lock = new();
    private double _freeAt;
    private long _bytes;

    public long BytesServed => Interlocked.Read(ref _bytes);

    public ValueTask<Stream> OpenAsync(Uri uri, long offset, long length, OriginReach reach,
        CancellationToken cancellationToken)
    {
        var path = uri.AbsolutePath.Trim('/').Split('/');
        var track = ushort.Parse(path[0]);
        var sequence = ulong.Parse(path[1]);
        var size = track == GeneratedSource.Initialization
            ? 700
            : GeneratedSource.LengthOf((int)sequence, bytesPerSegment);
        var bytes = GeneratedSource.Bytes(track, sequence, size).AsMemory((int)offset, (int)length);
        return ValueTask.FromResult<Stream>(new PacedStream(this, bytes));
    }

    private async ValueTask PaceAsync(int bytes, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _bytes, bytes);
        if (double.IsInfinity(bytesPerSecond)) return;
        double wait;
        lock (_lock)
        {
            var now = Environment.TickCount64 / 1000.0;
            _freeAt = Math.Max(_freeAt, now) + bytes / bytesPerSecond;
            wait = _freeAt - now;
        }

        await Task.Delay(TimeSpan.FromSeconds(wait), cancellationToken);
    }

    private sealed class PacedStream(GeneratedOrigin origin, ReadOnlyMemory<byte> bytes) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => bytes.Length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var take = Math.Min(Math.Min(buffer.Length, 4096), bytes.Length - _position);
            await origin.PaceAsync(take, cancellationToken);
            bytes.Slice(_position, take).CopyTo(buffer);
            _position += take;
            return take;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
