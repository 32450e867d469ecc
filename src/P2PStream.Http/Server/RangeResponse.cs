using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace P2PStream.Http;

/// <summary>The status and headers of an answer to a range request (RFC 9110 14 and
/// 15.3.7).</summary>
internal static class RangeResponse
{
    /// <summary>Sets them; the caller then sends <see cref="RequestedRange.Length"/> bytes, none
    /// for HEAD.</summary>
    public static void Prepare(HttpResponse response, RequestedRange range, long total)
    {
        if (range.Kind == RangeKind.Unsatisfiable)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture, $"bytes */{total}");
            return;
        }

        response.ContentLength = range.Length;
        if (range.Kind == RangeKind.Whole) return;
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.Headers.ContentRange = string.Create(
            CultureInfo.InvariantCulture,
            $"bytes {range.Offset}-{range.Offset + range.Length - 1}/{total}");
    }
}
