using Microsoft.AspNetCore.Http;

namespace P2PStream.Http;

/// <summary>
/// Serves one watched stream to any player on this machine: its playlists, its segments as they
/// verify, or its file, and a page that plays it and shows where every segment came from. Listens
/// on loopback unless told otherwise.
/// </summary>
public sealed class GatewayServer : IAsyncDisposable
{
    private readonly GatewayOptions _options;
    private readonly GatewayMedia _media;
    private readonly GatewayApi _api;
    private readonly CancellationTokenSource _closing = new();
    private WebHost? _host;

    private GatewayServer(IGatewayStream stream, GatewayOptions options)
    {
        _options = options;
        var player = new GatewayPlayer(options.Time);
        _media = new GatewayMedia(stream, player);
        _api = new GatewayApi(stream, player, options.Time);
        stream.AttachPlayer(() => player.State);
    }

    /// <summary>The page.</summary>
    public Uri PageUri => _host!.BaseUri;

    /// <summary>The playlist for a player: the master playlist, or the only media playlist there
    /// is.</summary>
    public Uri PlaylistUri => new(PageUri, "master.m3u8");

    /// <summary>The file, where the stream is one.</summary>
    public Uri FileUri => new(PageUri, "file");

    /// <summary>Serves a stream until disposed. The stream stays the caller's.</summary>
    /// <exception cref="IOException">The end point is in use.</exception>
    public static Task<GatewayServer> StartAsync(
        WatchedStream stream, GatewayOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return StartAsync(
            new WatchedGatewayStream(stream), options ?? new GatewayOptions(), cancellationToken);
    }

    internal static async Task<GatewayServer> StartAsync(
        IGatewayStream stream, GatewayOptions options, CancellationToken cancellationToken)
    {
        var server = new GatewayServer(stream, options);
        server._host = await WebHost
            .StartAsync(options.Listen, options.Logging, server.ServeAsync, cancellationToken);
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested) return;
        await _closing.CancelAsync();
        if (_host is not null) await _host.DisposeAsync();
        _closing.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, _closing.Token);
        try
        {
            await RouteAsync(context, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The player has gone, or the gateway goes.
            context.Abort();
        }
    }

    private Task RouteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var path = context.Request.Path.Value ?? "/";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!HostCheck.Allows(context.Request.Host.Host, _options.AllowedHosts))
        {
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return Task.CompletedTask;
        }

        if (path.StartsWith("/api/", StringComparison.Ordinal))
            return _api.ServeAsync(context, path["/api/".Length..], cancellationToken);
        if (!Cors.Prepare(context, _options.AllowedOrigin)) return Task.CompletedTask;
        return PageFiles.Find(path) is { } file
            ? file.SendAsync(context, cancellationToken)
            : _media.ServeAsync(context, path[1..], cancellationToken);
    }
}
