using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

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

    /// <summary>Has connections of its own, so that none made for another reach is used
    /// again.</summary>
    private readonly HttpClient _publicHttp;

    /// <summary>Makes one with its own connections.</summary>
    public HttpOriginClient(HttpOriginOptions? options = null)
    {
        _options = options ?? new HttpOriginOptions();
        _http = NewClient(connect: null);
        _publicHttp = NewClient(ConnectPublicAsync);
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenAsync(Uri uri, long offset, long length, OriginReach reach,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, long.MaxValue - offset);
        var answer = await OpenAsync(uri, new ByteRange(offset, length), reach, cancellationToken);
        return answer.Body;
    }

    /// <summary>Opens a range of a resource that the caller named, at any address.</summary>
    /// <param name="uri">Absolute.</param>
    /// <param name="offset">First byte wanted.</param>
    /// <param name="length">Bytes wanted, at least 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">As of the other overload.</exception>
    public ValueTask<Stream> OpenAsync(
        Uri uri, long offset, long length, CancellationToken cancellationToken) =>
        OpenAsync(uri, offset, length, OriginReach.Anywhere, cancellationToken);

    /// <inheritdoc/>
    public bool Allows(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return _options.AllowedHosts.Any(host => Matches(host, uri));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _publicHttp.Dispose();
    }

    /// <summary>Opens a range, or the whole resource for null, at any address.</summary>
    internal ValueTask<OriginAnswer> OpenAsync(
        Uri uri, ByteRange? range, CancellationToken cancellationToken) =>
        OpenAsync(uri, range, OriginReach.Anywhere, cancellationToken);

    private async ValueTask<OriginAnswer> OpenAsync(
        Uri uri, ByteRange? range, OriginReach reach, CancellationToken cancellationToken)
    {
        var http = reach == OriginReach.Anywhere ? _http : _publicHttp;
        var response = await SendAsync(http, uri, range, cancellationToken);
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

    private HttpClient NewClient(
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            // Each hop is checked against the allowed hosts, which the handler would not do.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = connect,
            ConnectTimeout = _options.ConnectTimeout,
            MaxConnectionsPerServer = _options.ConnectionsPerHost,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            UseProxy = false,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("P2PStream/0.1");
        return http;
    }

    /// <summary>Looks the name up and connects to what was looked at: a name that leads elsewhere
    /// the next
    /// time it is asked for gains nothing.</summary>
    private static async ValueTask<Stream> ConnectPublicAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        var open = Array.FindAll(addresses, PublicAddress.Is);
        if (open.Length == 0)
            throw new IOException($"{host} has no public address, and the link does not name it");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpClient http, Uri uri, ByteRange? range, CancellationToken cancellationToken)
    {
        var at = uri;
        for (var hop = 0; hop <= Redirects; hop++)
        {
            RejectUnlessAllowed(uri, at);
            using var request = new HttpRequestMessage(HttpMethod.Get, at);
            if (range is { } wanted)
                request.Headers.Range = new RangeHeaderValue(wanted.Offset, wanted.End - 1);
            var response = await SendAsync(http, request, cancellationToken);
            if ((int)response.StatusCode is < 300 or > 399
                || response.Headers.Location is not { } next)
                return response;
            response.Dispose();
            at = new Uri(at, next);
        }

        throw new IOException($"{uri}: more than {Redirects} redirects");
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.ResponseTimeout);
        try
        {
            return await http
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
            ? IsSameServer(first, at)
            : _options.AllowedHosts.Any(host => Matches(host, at));
        if (!allowed) throw new IOException($"{at}: this host is not among the allowed origins");
    }

    /// <summary>The same host and port; from http's own port to https's is the one move
    /// allowed.</summary>
    private static bool IsSameServer(Uri first, Uri at) =>
        string.Equals(at.Host, first.Host, StringComparison.OrdinalIgnoreCase)
        && (at.Port == first.Port || (at.IsDefaultPort && first.IsDefaultPort));

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

        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone
            or HttpStatusCode.RequestedRangeNotSatisfiable)
            throw new FileNotFoundException(
                $"{uri}: the origin answered {(int)response.StatusCode}");
        if (response.StatusCode != HttpStatusCode.PartialContent || range is not { } wanted)
            throw new IOException($"{uri}: the origin answered {(int)response.StatusCode}");
        if (response.Content.Headers.ContentRange is not { HasRange: true, Unit: "bytes" } sent
            || sent.From != wanted.Offset || sent.To != wanted.End - 1
            || (length is { } stated && stated != wanted.Length))
            throw new IOException($"{uri}: the origin sent another range than the one asked for");
        return (0, wanted.Length, sent.Length);
    }
}
