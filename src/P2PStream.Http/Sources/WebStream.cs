namespace P2PStream.Http;

/// <summary>
/// A web resource, or a range of it, as a seekable stream: a read after a seek asks anew from
/// there, and a broken connection is resumed where it broke. Needs the length, which most servers
/// tell.
/// </summary>
internal sealed class WebStream : Stream
{
    /// <summary>Connections that may break in a row without a byte between them.</summary>
    private const int Resumptions = 3;

    private readonly HttpOriginClient _http;
    private readonly Uri _uri;
    private readonly long _offset;
    private readonly long? _length;
    private Stream? _body;
    private long _bodyPosition;
    private long _position;

    private WebStream(HttpOriginClient http, Uri uri, long offset, long? length, Stream body)
    {
        _http = http;
        _uri = uri;
        _offset = offset;
        _length = length;
        _body = body;
    }

    public override bool CanRead => true;
    public override bool CanSeek => _length is not null;
    public override bool CanWrite => false;

    public override long Length =>
        _length ?? throw new NotSupportedException("The server does not tell the length.");

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Asks for the resource and returns once the answer has begun.</summary>
    public static async ValueTask<WebStream> OpenAsync(
        HttpOriginClient http, Uri uri, ByteRange? range, CancellationToken cancellationToken)
    {
        var answer = await http.OpenAsync(uri, range, cancellationToken);
        return new WebStream(
            http, uri, range?.Offset ?? 0, range?.Length ?? answer.TotalBytes, answer.Body);
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0 || _position >= _length) return 0;
        for (var broken = 0; ; broken++)
        {
            try
            {
                var body = await BodyAsync(cancellationToken);
                var read = await body.ReadAsync(buffer, cancellationToken);
                _position += read;
                _bodyPosition = _position;
                return read;
            }
            catch (IOException) when (_length is not null && broken < Resumptions)
            {
                await CloseAsync();
            }
        }
    }

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("The web is read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => Length + offset,
        };
        ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(offset));
        return _position = target;
    }

    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();
    public override void Flush() { }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _body?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<Stream> BodyAsync(CancellationToken cancellationToken)
    {
        if (_body is not null && _bodyPosition == _position) return _body;
        await CloseAsync();
        var range = new ByteRange(_offset + _position, Length - _position);
        var answer = await _http.OpenAsync(_uri, range, cancellationToken);
        _bodyPosition = _position;
        return _body = answer.Body;
    }

    private async ValueTask CloseAsync()
    {
        if (_body is not { } body) return;
        _body = null;
        await body.DisposeAsync();
    }
}
