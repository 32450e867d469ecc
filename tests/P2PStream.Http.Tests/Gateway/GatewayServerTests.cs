using System.Net;

namespace P2PStream.Http.Tests;

public sealed class GatewayServerTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private static readonly byte[] Segment =
        File.ReadAllBytes(Path.Combine(SampleMedia.Folder, "480p/segment004.m4s"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_segment_is_whole_typed_and_validated()
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, "3/4.m4s");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Segment, await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(Segment.Length, response.Content.Headers.ContentLength);
        Assert.Equal("video/iso.segment", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("bytes", Assert.Single(response.Headers.AcceptRanges));
        Assert.Equal("*", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal(
            "nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        var tag = response.Headers.ETag!.ToString();
        Assert.Equal(66, tag.Length);
        using var again = await gateway.SendAsync(
            HttpMethod.Get, "3/4.m4s", ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        using var other = await gateway.SendAsync(
            HttpMethod.Get, "3/4.m4s", ("Range", "bytes=0-9"), ("If-Range", "\"other\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using var same = await gateway.SendAsync(
            HttpMethod.Get, "3/4.m4s", ("Range", "bytes=0-9"), ("If-Range", tag));
        Assert.Equal(HttpStatusCode.PartialContent, same.StatusCode);
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=20000-50000", 20_000, 30_001)]
    [InlineData("bytes=100000-", 100_000, -1)]
    [InlineData("bytes=-70000", -70_000, 70_000)]
    public async Task A_range_is_part_of_it(string range, int offset, int length)
    {
        if (offset < 0) offset += Segment.Length;
        if (length < 0) length = Segment.Length - offset;
        using var response = await gateway.SendAsync(HttpMethod.Get, "3/4.m4s", ("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(
            Segment[offset..(offset + length)], await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(
            $"bytes {offset}-{offset + length - 1}/{Segment.Length}",
            response.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task Ranges_outside_several_ranges_and_head()
    {
        using var outside = await gateway.SendAsync(
            HttpMethod.Get, "3/4.m4s", ("Range", $"bytes={Segment.Length}-"));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, outside.StatusCode);
        Assert.Equal($"bytes */{Segment.Length}", outside.Content.Headers.ContentRange!.ToString());
        using var several = await gateway.SendAsync(
            HttpMethod.Get, "3/4.m4s", ("Range", "bytes=0-1,5-6"));
        Assert.Equal(HttpStatusCode.OK, several.StatusCode);
        Assert.Equal(Segment, await several.Content.ReadAsByteArrayAsync(Token));
        using var head = await gateway.SendAsync(HttpMethod.Head, "3/4.m4s");
        Assert.Equal(Segment.Length, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
        using var part = await gateway.SendAsync(
            HttpMethod.Head, "3/4.m4s", ("Range", "bytes=5-9"));
        Assert.Equal((HttpStatusCode.PartialContent, 5),
            (part.StatusCode, part.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Other_web_origins_may_fetch_media_and_must_not_use_the_api()
    {
        using var preflight = await gateway.SendAsync(
            HttpMethod.Options, "3/4.m4s", ("Origin", "https://app.example"),
            ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "range"),
            ("Access-Control-Request-Private-Network", "true"));
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Contains(
            "Range", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Headers")),
            StringComparison.Ordinal);
        Assert.Equal(
            "true", Assert.Single(
                preflight.Headers.GetValues("Access-Control-Allow-Private-Network")));
        using var posted = await gateway.SendAsync(HttpMethod.Post, "3/4.m4s");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);

        foreach (var (name, value) in ((string, string)[])
            [("Origin", "https://app.example"), ("Origin", "null"),
                ("Sec-Fetch-Site", "cross-site")])
        {
            using var api = await gateway.SendAsync(HttpMethod.Get, "api/status", (name, value));
            Assert.Equal(HttpStatusCode.Forbidden, api.StatusCode);
            Assert.False(api.Headers.Contains("Access-Control-Allow-Origin"));
            using var report = await gateway.SendAsync(
                HttpMethod.Post, "api/player", (name, value));
            Assert.Equal(HttpStatusCode.Forbidden, report.StatusCode);
        }
    }

    [Theory]
    [InlineData("127.0.0.1:1", 200)]
    [InlineData("localhost", 200)]
    [InlineData("me.localhost:99", 200)]
    [InlineData("[::1]:5", 200)]
    [InlineData("viewer.example", 200)]
    [InlineData("evil.example", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    public async Task Foreign_host_names_are_refused(string host, int status)
    {
        foreach (var path in (string[])["/", "/0.m3u8", "/api/status"])
            Assert.Equal(status, await RawRequest.StatusAsync(gateway.BaseUri, path, Token, host));
    }

    [Theory]
    [InlineData("/9.m3u8")]
    [InlineData("/4.m3u8")]
    [InlineData("/x.m3u8")]
    [InlineData("/.m3u8")]
    [InlineData("/3/22.m4s")]
    [InlineData("/3/18446744073709551615.m4s")]
    [InlineData("/3/18446744073709551616.m4s")]
    [InlineData("/3/-1.m4s")]
    [InlineData("/65536/0.m4s")]
    [InlineData("/3/")]
    [InlineData("/3")]
    [InlineData("//")]
    [InlineData("/file")]
    [InlineData("/app")]
    [InlineData("/app/")]
    [InlineData("/app/../../secret")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/..%2f..%2fetc/passwd")]
    [InlineData("/lib/hls.js/..%5c..%5cpage.css")]
    [InlineData("/api/")]
    [InlineData("/api/secrets")]
    public async Task What_does_not_exist_is_not_found(string path) =>
        Assert.Equal(404, await RawRequest.StatusAsync(gateway.BaseUri, path, Token));

    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/page.css", "text/css; charset=utf-8")]
    [InlineData("/app/main.js", "text/javascript; charset=utf-8")]
    [InlineData("/lib/hls.js/hls.min.mjs", "text/javascript; charset=utf-8")]
    [InlineData("/lib/hls.js/LICENSE.txt", "text/plain; charset=utf-8")]
    [InlineData("/icon.svg", "image/svg+xml")]
    public async Task The_page_lies_in_the_assembly_and_loads_nothing_from_elsewhere(
        string path, string type)
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.ToString());
        Assert.StartsWith("default-src 'none'; script-src 'self';",
            Assert.Single(response.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.DoesNotContain("sourceMappingURL=hls", text, StringComparison.Ordinal);
        if (path == "/") Assert.DoesNotContain("://", text, StringComparison.Ordinal);
    }
}
