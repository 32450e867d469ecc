namespace P2PStream.Http;

/// <summary>A resource on the web, fetched with retries.</summary>
internal sealed class WebResource : MediaResource
{
    private const int Attempts = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private readonly Uri _uri;
    private readonly HttpOriginClient _http;

    /// <param name="uri">Absolute, http or https.</param>
    /// <param name="http">Fetches it.</param>
    public WebResource(Uri uri, HttpOriginClient http)
    {
        _uri = uri;
        _http = http;
    }

    public override string Name => _uri.AbsoluteUri;

    public override string FileName =>
        Uri.UnescapeDataString(_uri.AbsolutePath[(_uri.AbsolutePath.LastIndexOf('/') + 1)..]);

    // Without user name, password, query and fragment: this becomes public.
    public override Uri? ImpliedOrigin => new(
        new Uri(_uri.GetComponents(
            UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)), ".");

    /// <summary>True for the schemes an origin may have.</summary>
    public static bool CanRead(Uri uri) =>
        uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;

    public override string OriginUri(Uri? origin)
    {
        var uri = _uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
        var start = origin?.AbsoluteUri;
        if (start is null || !uri.StartsWith(start, StringComparison.Ordinal)) return uri;
        var relative = uri[start.Length..];
        // A colon in the first part would make it a scheme (RFC 3986 4.2).
        return PlaylistUri.IsAbsolute(relative) || relative.StartsWith('/')
            ? "./" + relative
            : relative;
    }

    public override MediaResource Resolve(string reference) =>
        PlaylistUri.Resolve(_uri, reference) is { } uri && CanRead(uri)
            ? new WebResource(uri, _http)
            : throw new StreamSourceException(
                $"{reference}: only http and https can be read from the web");

    public override async ValueTask<Stream> OpenAsync(
        ByteRange? range, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WebStream.OpenAsync(_http, _uri, range, cancellationToken);
            }
            catch (IOException problem) when (attempt == Attempts)
            {
                throw new StreamSourceException(problem.Message, problem);
            }
            catch (IOException)
            {
                await Task.Delay(FirstPause * (1 << (attempt - 1)), cancellationToken);
            }
        }
    }
}
