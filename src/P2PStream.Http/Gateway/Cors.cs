using Microsoft.AspNetCore.Http;

namespace P2PStream.Http;

/// <summary>Lets pages of other web origins read media (Fetch standard, 3.2), and answers what only
/// GET may reach.</summary>
internal static class Cors
{
    /// <summary>Sets the headers; false when the request is thereby answered.</summary>
    public static bool Prepare(HttpContext context, string allowedOrigin)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = allowedOrigin;
        headers.AccessControlExposeHeaders = "Content-Length, Content-Range, Accept-Ranges, ETag";
        if (allowedOrigin != "*") headers.Vary = "Origin";
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)) return true;
        if (!HttpMethods.IsOptions(method))
        {
            headers.Allow = "GET, HEAD, OPTIONS";
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return false;
        }

        headers.AccessControlAllowMethods = "GET, HEAD, OPTIONS";
        headers.AccessControlAllowHeaders = "Range, If-None-Match, If-Range";
        headers.AccessControlMaxAge = "86400";
        // Chromium asks before a public page may reach this machine (Private Network Access).
        if (context.Request.Headers.ContainsKey("Access-Control-Request-Private-Network"))
            headers["Access-Control-Allow-Private-Network"] = "true";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return false;
    }
}
