using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace P2PStream.Transfer;

/// <summary>Kestrel with one file, by ranges.</summary>
internal static class HttpsServer
{
    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        using var certificate = OwnCertificate.Create();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Parse(options.Text("address")), 0,
            listen => listen.UseHttps(certificate)));
        await using var app = builder.Build();
        app.Run(context => SendAsync(context, options.Text("file")));
        await app.StartAsync();
        EndConsole.Say("ready " + new Uri(app.Urls.First()).Authority);
        await console.QuitAsync();
    }

    /// <summary>Answers for "bytes=FIRST-LAST", which is all that <see cref="HttpsViewer"/>
    /// asks.</summary>
    private static async Task SendAsync(HttpContext context, string file)
    {
        var range = context.Request.Headers.Range.ToString()["bytes=".Length..].Split('-');
        var first = long.Parse(range[0], CultureInfo.InvariantCulture);
        var length = long.Parse(range[1], CultureInfo.InvariantCulture) - first + 1;
        context.Response.StatusCode = StatusCodes.Status206PartialContent;
        context.Response.ContentLength = length;
        await context.Response.SendFileAsync(file, first, length);
    }
}
