using Microsoft.AspNetCore.Http;

namespace P2PStream.Http;

/// <summary>One file of the page, held in memory.</summary>
/// <param name="Type">Its content type.</param>
/// <param name="Bytes">Its bytes.</param>
internal sealed record PageFile(string Type, byte[] Bytes)
{
    // Nothing from elsewhere, nothing inline; media and workers may be blobs, as hls.js makes them.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        + "connect-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    /// <summary>Answers with it.</summary>
    public async Task SendAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.ContentType = Type;
        response.ContentLength = Bytes.Length;
        response.Headers.CacheControl = "no-cache";
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await response.BodyWriter.WriteAsync(Bytes, cancellationToken);
    }
}
