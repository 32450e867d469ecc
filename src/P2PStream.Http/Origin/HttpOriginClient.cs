using System.Net;
using System.Net.Http.Headers;

namespace P2PStream.Http;

/// <summary>
/// An origin over HTTP. Asks for ranges (RFC 9110 14) and holds the server to them: what it returns
/// is exactly the bytes asked for, or an <see cref="IOException"/>. Knows nothing of what the bytes
/// should be; whoever plays or passes them on verifies them.
/// </summary>
public sealed class HttpOriginClient : IOriginClient, IDisposable
{
    private const int Redirects = 5;

    /// <summary>Bytes read and thrown away, at most, where a server knows no ranges.</summary>
    private const long SkippedBytes = 256L * 1024 * 1024;

    private readonly HttpOriginOptions _options;
    private readonly HttpClient _http;

    /// <summary>Makes one with its own connections.</summary>
    public HttpOriginClient(HttpOriginOptions? options = null)
    {
        _options = options ?? new HttpOriginOptions();
        _http = new HttpClient(new SocketsHttpHandler
        {
            // Each hop is checked against the allowed hosts, which the handler would not do.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = _options.ConnectTimeout,
            MaxConnectionsPerServer = _options.ConnectionsPerHost,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            UseProxy = false,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("P2PStream/0.1");
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenAsync(
        Uri uri, long offset, long length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, long.MaxValue - offset);
        var answer = await OpenAsync(uri, new ByteRange(offset, length), cancellationToken);
        return answer.Body;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Opens a range, or the whole resource for null.</summary>
    internal async ValueTask<OriginAnswer> OpenAsync(
        Uri uri, ByteRange? range, CancellationToken cancellationToken)
    {
        var response = await SendAsync(uri, range, cancellationToken);
        try
        {
            var (skip, length, total) = Check(uri, response, range);
            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var stream = new OriginStream(uri, response, body, length, _options.IdleTimeout);
            await stream.SkipAsync(skip, cancellationToken);
            return new OriginAnswer(stream, total);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        Uri uri, ByteRange? range, CancellationToken cancellationToken)
    {
        var at = uri;
        for (var hop = 0; hop <= Redirects; hop++)
        {
            RejectUnlessAllowed(uri, at);
            using var request = new HttpRequestMessage(HttpMethod.Get, at);
            if (range is { } wanted)
                request.Headers.Range = new RangeHeaderValue(wanted.Offset, wanted.End - 1);
            var response = await SendAsync(request, cancellationToken);
            if ((int)response.StatusCode is < 300 or > 399
                || response.Headers.Location is not { } next)
                return response;
            response.Dispose();
            at = new Uri(at, next);
        }

        throw new IOException($"{uri}: more than {Redirects} redirects");
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.ResponseTimeout);
        try
        {
            return await _http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
        }
        catch (HttpRequestException problem)
        {
            throw new IOException($"{request.RequestUri}: {problem.Message}", problem);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = _options.ResponseTimeout.TotalSeconds;
            throw new IOException($"{request.RequestUri}: no answer within {seconds:0} s");
        }
    }

    private void RejectUnlessAllowed(Uri first, Uri at)
    {
        if (!at.IsAbsoluteUri
            || (at.Scheme != Uri.UriSchemeHttp && at.Scheme != Uri.UriSchemeHttps))
            throw new IOException($"{at}: an origin is reached over http or https only");
        if (first.Scheme == Uri.UriSchemeHttps && at.Scheme == Uri.UriSchemeHttp)
            throw new IOException($"{first}: redirected from https to http");
        var allowed = _options.AllowedHosts.Count == 0
            ? string.Equals(at.Host, first.Host, StringComparison.OrdinalIgnoreCase)
            : _options.AllowedHosts.Any(host => Matches(host, at));
        if (!allowed) throw new IOException($"{at}: this host is not among the allowed origins");
    }

    private static bool Matches(string host, Uri uri) =>
        string.Equals(host, uri.Host, StringComparison.OrdinalIgnoreCase)
        || string.Equals(host, uri.Authority, StringComparison.OrdinalIgnoreCase)
        || string.Equals(host, $"{uri.Host}:{uri.Port}", StringComparison.OrdinalIgnoreCase);

    /// <summary>Says how many bytes of the body to skip, how many to give (null: all), and the size
    /// of the whole.</summary>
    private static (long Skip, long? Length, long? Total) Check(
        Uri uri, HttpResponseMessage response, ByteRange? range)
    {
        if (response.Content.Headers.ContentEncoding.Count > 0)
            throw new IOException($"{uri}: the origin sent encoded bytes that nobody asked for");
        var length = response.Content.Headers.ContentLength;
        if (response.StatusCode == HttpStatusCode.OK)
        {
            if (range is not { } part) return (0, length, length);
            if (part.Offset > SkippedBytes)
                throw new IOException(
                    $"{uri}: the origin knows no ranges, and the bytes lie too far in");
            if (length < part.End)
                throw new IOException($"{uri}: has {length} bytes; byte {part.End - 1} was wanted");
            return (part.Offset, part.Length, length);
        }

        if (response.StatusCode != HttpStatusCode.PartialContent || range is not { } wanted)
            throw new IOException($"{uri}: the origin answered {(int)response.StatusCode}");
        if (response.Content.Headers.ContentRange is not { HasRange: true, Unit: "bytes" } sent
            || sent.From != wanted.Offset || sent.To != wanted.End - 1
            || (length is { } stated && stated != wanted.Length))
            throw new IOException($"{uri}: the origin sent another range than the one asked for");
        return (0, wanted.Length, sent.Length);
    }
}
