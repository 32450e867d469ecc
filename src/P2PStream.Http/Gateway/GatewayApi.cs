using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace P2PStream.Http;

/// <summary>
/// The API beside the media: <c>GET status</c>, <c>GET events</c> (server-sent events, twice a
/// second) and
/// <c>POST player</c>. For pages of the gateway itself only: it tells what is watched and with
/// whom.
/// </summary>
internal sealed class GatewayApi
{
    private static readonly TimeSpan EventInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPosition = TimeSpan.FromDays(366);

    private readonly IGatewayStream _stream;
    private readonly GatewayPlayer _player;
    private readonly TimeProvider _time;

    public GatewayApi(IGatewayStream stream, GatewayPlayer player, TimeProvider time)
    {
        _stream = stream;
        _player = player;
        _time = time;
    }

    /// <summary>Answers a request.</summary>
    public Task ServeAsync(HttpContext context, string path, CancellationToken cancellationToken)
    {
        if (!IsSameOrigin(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        context.Response.Headers.CacheControl = "no-store";
        var isGet = HttpMethods.IsGet(context.Request.Method);
        switch (path)
        {
            case "status" when isGet: return SendStatusAsync(context, cancellationToken);
            case "events" when isGet: return SendEventsAsync(context, cancellationToken);
            case "player" when HttpMethods.IsPost(context.Request.Method):
                return ReceiveReportAsync(context, cancellationToken);
            default:
                context.Response.StatusCode = path is "status" or "events" or "player"
                    ? StatusCodes.Status405MethodNotAllowed
                    : StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    // Browsers send Origin with every POST and every cross-origin fetch, and Sec-Fetch-Site with
    // all.
    private static bool IsSameOrigin(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "cross-site" or "same-site") return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || string.Equals(
                origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    private async Task SendStatusAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(
            StatusView.Of(_stream, _player, _stream.RecentDeliveries),
            GatewayJson.Default.GatewayStatus);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes, cancellationToken);
    }

    private async Task SendEventsAsync(HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "text/event-stream";
        SegmentDelivery? last = null;
        while (true)
        {
            var deliveries = Newer(_stream.RecentDeliveries, last);
            if (deliveries.Count > 0) last = deliveries[^1];
            var json = JsonSerializer.SerializeToUtf8Bytes(
                StatusView.Of(_stream, _player, deliveries), GatewayJson.Default.GatewayStatus);
            var output = context.Response.BodyWriter;
            await output.WriteAsync("data: "u8.ToArray(), cancellationToken);
            await output.WriteAsync(json, cancellationToken);
            await output.WriteAsync("\n\n"u8.ToArray(), cancellationToken);
            await Task.Delay(EventInterval, _time, cancellationToken);
        }
    }

    private static IReadOnlyList<SegmentDelivery> Newer(
        IReadOnlyList<SegmentDelivery> all, SegmentDelivery? last)
    {
        if (last is null) return all;
        for (var i = all.Count - 1; i >= 0; i--)
            if (ReferenceEquals(all[i], last)) return [.. all.Skip(i + 1)];
        return all;
    }

    private async Task ReceiveReportAsync(HttpContext context, CancellationToken cancellationToken)
    {
        PlayerReport? report = null;
        try
        {
            report = await JsonSerializer.DeserializeAsync(
                context.Request.Body, GatewayJson.Default.PlayerReport, cancellationToken);
        }
        catch (Exception problem) when (problem is JsonException or BadHttpRequestException)
        {
            // Answered below.
        }

        var valid = report is not null
            && Enum.TryParse<PlayerStatus>(report.Status, ignoreCase: true, out _)
            && IsTime(report.Position) && IsTime(report.Buffered)
            && report.Rate is null or (>= -16 and <= 16);
        context.Response.StatusCode =
            valid ? StatusCodes.Status204NoContent : StatusCodes.Status400BadRequest;
        if (!valid) return;
        _player.Report(new PlayerState(
            Enum.Parse<PlayerStatus>(report!.Status!, ignoreCase: true),
            TimeSpan.FromSeconds(report.Position), TimeSpan.FromSeconds(report.Buffered),
            report.Rate ?? 1));
    }

    private static bool IsTime(double seconds) =>
        seconds >= 0 && seconds <= LongestPosition.TotalSeconds;
}
