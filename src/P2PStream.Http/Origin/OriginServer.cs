using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace P2PStream.Http;

/// <summary>
/// An origin for demonstrations and tests: serves the files of one folder with ranges, counts what
/// it sends, and can be held to a total rate. No directory listings, no dot files, nothing outside
/// the folder.
/// </summary>
public sealed class OriginServer : IAsyncDisposable
{
    private const int ReadBytes = 64 * 1024;

    private readonly string _folder;
    private readonly UploadCap? _cap;
    private readonly ConcurrentDictionary<string, OriginStatistics> _resources =
        new(StringComparer.Ordinal);
    private WebHost? _host;
    private long _requests;
    private long _bytes;

    private OriginServer(string folder, OriginServerOptions options)
    {
        _folder = folder;
        if (options.UploadBitsPerSecond is { } rate) _cap = new UploadCap(rate, options.Time);
    }

    /// <summary>Where the folder is served, with a slash at the end.</summary>
    public Uri BaseUri => _host!.BaseUri;

    /// <summary>What has been sent in all.</summary>
    public OriginStatistics Total =>
        new(Interlocked.Read(ref _requests), Interlocked.Read(ref _bytes));

    /// <summary>What has been sent of each file, by its path relative to the folder, with forward
    /// slashes.</summary>
    public IReadOnlyDictionary<string, OriginStatistics> Resources => _resources;

    /// <summary>Serves a folder until disposed.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The end point is in use.</exception>
    public static async Task<OriginServer> StartAsync(
        string folder, OriginServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new OriginServerOptions();
        var root = Path.GetFullPath(folder);
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"{folder}: no such folder");
        var server = new OriginServer(root, options);
        server._host = await WebHost
            .StartAsync(options.Listen, options.Logging, server.ServeAsync, cancellationToken);
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.AccessControlAllowOrigin = "*";
        if (!HttpMethods.IsGet(context.Request.Method)
            && !HttpMethods.IsHead(context.Request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        if (Find(context.Request.Path.Value ?? "/") is not { } file)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var range = RequestedRange.Parse(context.Request.Headers.Range, file.Length);
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = ContentTypes.Of(file.Extension.ToLowerInvariant());
        RangeResponse.Prepare(response, range, file.Length);
        if (range.Kind == RangeKind.Unsatisfiable || HttpMethods.IsHead(context.Request.Method))
            return;
        try
        {
            await SendAsync(file, range, response, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The player has gone; what it took is counted.
        }
    }

    private FileInfo? Find(string path)
    {
        var relative = path.TrimStart('/');
        // Kestrel has decoded the path, and dot segments with it; what is left of them is hostile.
        if (relative.Split('/', '\\').Any(part => part.StartsWith('.')) || relative.Contains('\0'))
            return null;
        var full = Path.GetFullPath(Path.Combine(_folder, relative));
        if (!full.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return null;
        var file = new FileInfo(full);
        return file.Exists ? file : null;
    }

    private async Task SendAsync(
        FileInfo file, RequestedRange range, HttpResponse response,
        CancellationToken cancellationToken)
    {
        var name = Path.GetRelativePath(_folder, file.FullName).Replace('\\', '/');
        Count(name, 1, 0);
        await using var source = new FileStream(
            file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, useAsync: true);
        source.Position = range.Offset;
        var left = range.Length;
        while (left > 0)
        {
            var wanted = (int)Math.Min(left, _cap?.WriteBytes ?? ReadBytes);
            var memory = response.BodyWriter.GetMemory(wanted)[..wanted];
            var read = await source.ReadAsync(memory, cancellationToken);
            if (read == 0)
                throw new IOException(
                    $"{name}: {left.ToString(CultureInfo.InvariantCulture)} bytes vanished");
            if (_cap is not null) await _cap.WaitAsync(read, cancellationToken);
            response.BodyWriter.Advance(read);
            await response.BodyWriter.FlushAsync(cancellationToken);
            Count(name, 0, read);
            left -= read;
        }
    }

    private void Count(string name, long requests, long bytes)
    {
        Interlocked.Add(ref _requests, requests);
        Interlocked.Add(ref _bytes, bytes);
        _resources.AddOrUpdate(
            name,
            _ => new OriginStatistics(requests, bytes),
            (_, old) => new OriginStatistics(old.Requests + requests, old.Bytes + bytes));
    }
}
