namespace P2PStream.Http;

/// <summary>Opens whatever a publisher names.</summary>
public static class StreamSource
{
    /// <summary>Enough to tell a playlist: a byte order mark and the signature.</summary>
    private const int SignatureBytes = 16;

    private static readonly string[] PlaylistNames = [".m3u8", ".m3u"];

    /// <summary>Opens a path or an http(s) URL: as HLS when it begins as a playlist does, or is named
    /// as one and will be refused when it is read; else as a plain file.</summary>
    /// <exception cref="StreamSourceException">Missing or unreadable; the message is one line for
    /// people.</exception>
    public static async Task<IStreamSource> OpenAsync(
        string pathOrUrl, StreamSourceOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new StreamSourceOptions();
        var http = new HttpOriginClient(options.Http);
        try
        {
            var resource = MediaResource.Open(pathOrUrl, http);
            return await IsPlaylistAsync(resource, cancellationToken) || IsNamedSo(resource)
                ? new HlsStreamSource(resource, options, http)
                : new FileStreamSource(resource, options, http);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    // Who names a playlist and has broken it wants to hear of that, not to publish the ruin.
    private static bool IsNamedSo(MediaResource resource) => PlaylistNames.Contains(
        Path.GetExtension(resource.FileName), StringComparer.OrdinalIgnoreCase);

    private static async Task<bool> IsPlaylistAsync(
        MediaResource resource, CancellationToken cancellationToken)
    {
        var stream = await resource.OpenAsync(null, cancellationToken);
        await using var _ = stream;
        var start = new byte[SignatureBytes];
        var read = await stream.ReadAtLeastAsync(
            start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return PlaylistText.IsPlaylist(start.AsSpan(0, read));
    }
}
