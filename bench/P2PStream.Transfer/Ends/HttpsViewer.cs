using System.Net.Http.Headers;

namespace P2PStream.Transfer;

/// <summary>Reads a file from <see cref="HttpsServer"/> on one connection; see
/// <see cref="Reading"/>.</summary>
internal static class HttpsViewer
{
    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        });
        EndConsole.Say("ready -");
        var server = new Uri($"https://{(await console.GoAsync())[0]}/");
        var reading = new Reading(options);
        await ReadAsync(http, server, 0, reading);
        reading.Seek();
        await ReadAsync(http, server, reading.Middle, reading);
        reading.Finish(Reading.SoughtBytes);
        await console.QuitAsync();
    }

    private static async Task ReadAsync(
        HttpClient http, Uri server, long offset, Reading reading)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server)
        {
            Headers = { Range = new RangeHeaderValue(offset, offset + reading.Wanted - 1) },
        };
        using var response = await http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer) is > 0 and var length)
            reading.Got(buffer.AsSpan(0, length));
    }
}
