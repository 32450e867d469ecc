using System.Buffers;
using Microsoft.AspNetCore.Http;
using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>Sends verified bytes as they arrive. Nothing goes out before the first of them, so that
/// a segment that cannot be had is an error and not a broken answer.</summary>
internal static class MediaResponse
{
    /// <summary>Segments opened ahead of the one being sent: the swarm then always has
    /// work.</summary>
    private const int OpenAhead = 3;

    /// <summary>Sets status and headers; false when the request is thereby answered.</summary>
    public static bool Begin(
        HttpContext context, string type, Hash256 root, long total, out RequestedRange range)
    {
        var (request, response) = (context.Request, context.Response);
        // A content tree's root names exactly these bytes: the strongest validator there is.
        string? tag = root.IsZero ? null : $"\"{root}\"";
        response.ContentType = type;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.CacheControl = "no-cache";
        if (tag is not null) response.Headers.ETag = tag;
        var ifRange = request.Headers.IfRange.ToString();
        range = RequestedRange.Parse(
            ifRange.Length > 0 && ifRange != tag ? null : request.Headers.Range.ToString(), total);
        if (tag is not null
            && request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return false;
        }

        RangeResponse.Prepare(response, range, total);
        return range.Kind != RangeKind.Unsatisfiable && !HttpMethods.IsHead(request.Method);
    }

    /// <summary>Sends a range of some segments that stand one after the other.</summary>
    public static async Task SendAsync(
        HttpContext context, IMediaSource media, IReadOnlyList<SegmentRecord> records,
        RequestedRange range, CancellationToken cancellationToken)
    {
        var open = new Queue<(MediaSegment Segment, long Skip, long Take)>();
        try
        {
            var next = 0;
            var start = 0L;
            while (true)
            {
                for (; next < records.Count && open.Count < OpenAhead; next++)
                {
                    var length = records[next].Length;
                    var skip = Math.Max(0, range.Offset - start);
                    var take = Math.Min(length, range.Offset + range.Length - start) - skip;
                    start += length;
                    if (take <= 0) continue;
                    var segment = await media.OpenSegmentAsync(records[next].Id, cancellationToken);
                    open.Enqueue((segment, skip, take));
                }

                if (!open.TryPeek(out var current)) return;
                await CopyAsync(
                    context, current.Segment, current.Skip, current.Take, cancellationToken);
                open.Dequeue();
                await current.Segment.DisposeAsync();
            }
        }
        catch (Exception problem) when (problem is IOException or KeyNotFoundException)
        {
            Fail(context);
        }
        finally
        {
            foreach (var (segment, _, _) in open) await segment.DisposeAsync();
        }
    }

    private static async Task CopyAsync(
        HttpContext context, MediaSegment segment, long skip, long take,
        CancellationToken cancellationToken)
    {
        var output = context.Response.BodyWriter;
        while (take > 0)
        {
            var read = await segment.Bytes.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            var skipped = Math.Min(skip, buffer.Length);
            var wanted = buffer.Slice(skipped, Math.Min(take, buffer.Length - skipped));
            foreach (var memory in wanted) output.Write(memory.Span);
            (skip, take) = (skip - skipped, take - wanted.Length);
            segment.Bytes.AdvanceTo(buffer.End);
            if (wanted.Length > 0) await output.FlushAsync(cancellationToken);
            if (read.IsCompleted && take > 0)
                throw new IOException("The segment ended before its length.");
        }
    }

    private static void Fail(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentLength = null;
        context.Response.Headers.Remove("Content-Range");
        context.Response.Headers.Remove("ETag");
        context.Response.Headers.RetryAfter = "1";
    }
}
