using System.Runtime.CompilerServices;
using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>Any single file, cut into pieces of equal size; the last may be shorter. Looks at none
/// of its bytes.</summary>
public sealed class FileStreamSource : IStreamSource
{
    /// <summary>Bytes in a piece: small enough to be relayed soon, large enough that records stay
    /// few.</summary>
    public const int PieceBytes = 1024 * 1024;

    private readonly MediaResource _resource;
    private readonly HttpOriginClient _http;
    private readonly Uri? _origin;
    private long _length = -1;

    /// <summary>Names a file or an http(s) URL; nothing is read yet.</summary>
    /// <exception cref="StreamSourceException">It is no path and no http(s) URL.</exception>
    public FileStreamSource(string pathOrUrl, StreamSourceOptions? options = null)
    {
        options ??= new StreamSourceOptions();
        _http = new HttpOriginClient(options.Http);
        _resource = MediaResource.Open(pathOrUrl, _http);
        _origin = Origins.Of(_resource, options);
    }

    internal FileStreamSource(
        MediaResource resource, StreamSourceOptions options, HttpOriginClient http)
    {
        _http = http;
        _resource = resource;
        _origin = Origins.Of(resource, options);
    }

    /// <inheritdoc/>
    public async Task<SourceDescription> DescribeAsync(CancellationToken cancellationToken)
    {
        var stream = await _resource.OpenAsync(null, cancellationToken);
        await using var _ = stream;
        if (!stream.CanSeek)
            throw new StreamSourceException(
                $"{_resource.Name}: the server does not tell the length");
        _length = stream.Length;
        var name = _resource.FileName.Length == 0 ? "file" : _resource.FileName;
        var track = new TrackDescription
        {
            Id = 0, Kind = TrackKind.File, Name = name, OriginUri = _resource.OriginUri(_origin),
        };
        return new SourceDescription(
            StreamKind.File, [track], "", _origin?.AbsoluteUri ?? "", name);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceSegment> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_length < 0) await DescribeAsync(cancellationToken);
        // An empty file is one empty piece: a stream without segments would have nothing to prove.
        var pieces = Math.Max(1, (_length + PieceBytes - 1) / PieceBytes);
        for (long piece = 0; piece < pieces; piece++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var offset = piece * PieceBytes;
            var range = new ByteRange(offset, Math.Min(PieceBytes, _length - offset));
            yield return new SourceSegment
            {
                Track = 0,
                Sequence = (ulong)piece,
                Start = TimeSpan.Zero,
                Duration = TimeSpan.Zero,
                OriginUri = _resource.OriginUri(_origin),
                OriginOffset = offset,
                Local = _resource.Local(offset),
                Open = range.Length == 0
                    ? static _ => ValueTask.FromResult(Stream.Null)
                    : token => _resource.OpenAsync(range, token),
            };
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}
