namespace P2PStream.Http;

/// <summary>Something with bytes that a playlist can name: a file or a resource on the
/// web.</summary>
internal abstract class MediaResource
{
    /// <summary>Identifies it among the resources of one source, and names it in
    /// messages.</summary>
    public abstract string Name { get; }

    /// <summary>The last part of its path, decoded; may be empty.</summary>
    public abstract string FileName { get; }

    /// <summary>Where it lies at the origin, relative to <paramref name="origin"/> where it can be;
    /// empty when
    /// <paramref name="origin"/> is null and nobody but the publisher has it.</summary>
    public abstract string OriginUri(Uri? origin);

    /// <summary>The base URI of an origin that this resource itself tells; null for a
    /// file.</summary>
    public abstract Uri? ImpliedOrigin { get; }

    /// <summary>A place in it on this machine; null where it is elsewhere.</summary>
    public virtual LocalMedia? Local(long offset) => null;

    /// <summary>The resource a reference in this one names.</summary>
    /// <exception cref="StreamSourceException">It names nothing that may be read.</exception>
    public abstract MediaResource Resolve(string reference);

    /// <summary>Opens its bytes, or a range of them. The stream is seekable and knows its
    /// length.</summary>
    /// <exception cref="StreamSourceException">It is missing, too short or unreachable.</exception>
    public abstract ValueTask<Stream> OpenAsync(
        ByteRange? range, CancellationToken cancellationToken);

    /// <summary>Opens what a person names.</summary>
    /// <exception cref="StreamSourceException">It is no path and no http(s) URL.</exception>
    public static MediaResource Open(string pathOrUrl, HttpOriginClient http)
    {
        if (pathOrUrl.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || pathOrUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(pathOrUrl, UriKind.Absolute, out var uri)
                ? new WebResource(uri, http)
                : throw new StreamSourceException($"{pathOrUrl}: not a valid URL");
        }

        if (pathOrUrl.Contains("://", StringComparison.Ordinal))
            throw new StreamSourceException($"{pathOrUrl}: only files, http and https can be read");
        if (string.IsNullOrWhiteSpace(pathOrUrl) || pathOrUrl.Contains('\0'))
            throw new StreamSourceException("the name of the source is empty or not a path");
        var path = Path.GetFullPath(pathOrUrl);
        return new FileResource(path, Path.GetDirectoryName(path) ?? path, http);
    }

    /// <summary>Reads a whole small text resource.</summary>
    /// <exception cref="StreamSourceException">Missing, unreachable or larger than a playlist may
    /// be.</exception>
    public async Task<byte[]> ReadPlaylistAsync(CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(null, cancellationToken);
        await using var _ = stream;
        using var bytes = new MemoryStream();
        var buffer = new byte[32 * 1024];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > HlsLimits.PlaylistBytes)
                {
                    throw new StreamSourceException(
                        $"{Name}: the playlist is larger than {HlsLimits.PlaylistBytes} bytes");
                }
            }
        }
        catch (IOException problem) when (problem is not StreamSourceException)
        {
            throw new StreamSourceException(problem.Message, problem);
        }

        return bytes.ToArray();
    }
}
