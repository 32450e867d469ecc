using System.Net;
using P2PStream.Http;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Demo;

/// <summary>
/// What the demo plays, and the origin that has it: one we serve ourselves with a cap on its
/// upload,
/// or wherever the URL points. The publisher reads our files directly, so that hashing them takes
/// nothing from the viewers' origin.
/// </summary>
internal sealed class DemoSource : IAsyncDisposable
{
    private readonly OriginServer? _server;

    private DemoSource(IStreamSource source, OriginServer? server, string origin)
    {
        Source = source;
        _server = server;
        Origin = origin;
    }

    public IStreamSource Source { get; }

    /// <summary>For people.</summary>
    public string Origin { get; }

    public static async Task<DemoSource> OpenAsync(
        DemoOptions options, CancellationToken cancellationToken)
    {
        var wanted = options.Source ?? Sample();
        if (Sources.IsHttp(wanted, out _))
        {
            if (options.OriginCap > 0)
                throw ToolException.BadInput(
                    "--origin-cap: only for an origin that the demo serves itself");
            return new DemoSource(
                await Sources.OpenAsync(wanted, null, cancellationToken), null, wanted);
        }

        Sources.RefuseUnlessFile(wanted);
        var server = await OriginServer.StartAsync(
            Path.GetDirectoryName(Path.GetFullPath(wanted))!,
            new OriginServerOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                UploadBitsPerSecond = options.OriginCap == 0 ? null : options.OriginCap,
            },
            cancellationToken);
        try
        {
            var source =
                await Sources.OpenAsync(wanted, server.BaseUri.AbsoluteUri, cancellationToken);
            return new DemoSource(source, server, server.BaseUri.AbsoluteUri);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>The sample lies beside the tool.</summary>
    private static string Sample()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "media", "master.m3u8");
        return File.Exists(path)
            ? path
            : throw ToolException.BadInput(
                "the sample is not installed with this tool; use --source");
    }
}
