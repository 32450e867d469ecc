namespace P2PStream.Http.Tests;

public sealed class HostileOriginTests
{
    private const string Head = "HTTP/1.1 206 Partial Content\r\nConnection: close\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Head + "Content-Length: 4\r\nContent-Range: bytes 2-5/9\r\n\r\n2345")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\n012345678")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n012345678")]
    public async Task A_server_with_or_without_ranges_gives_the_bytes(string answer)
    {
        await using var server = new ScriptedServer(answer);
        Assert.Equal("2345", await FetchAsync(server.Uri, 2, 4));
        Assert.Contains("Range: bytes=2-5\r\n", server.Requests[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "another range", Head + "Content-Length: 4\r\nContent-Range: bytes 1-4/9\r\n\r\n1234")]
    [InlineData(
        "another range", Head + "Content-Length: 3\r\nContent-Range: bytes 2-4/9\r\n\r\n234")]
    [InlineData("another range", Head + "Content-Length: 4\r\n\r\n2345")]
    [InlineData(
        "another range", Head + "Content-Length: 9\r\nContent-Range: bytes 2-5/9\r\n\r\n2345xxxxx")]
    [InlineData("ended after 2 of 4", Head + "Content-Range: bytes 2-5/9\r\n\r\n23")]
    [InlineData("has 5 bytes", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n01234")]
    [InlineData("answered 500", "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("encoded bytes",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n012345678")]
    [InlineData(
        "not among the allowed", "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n")]
    [InlineData(
        "over http or https only", "HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\n\r\n")]
    public async Task Anything_else_is_an_error_that_says_why(string reason, string answer)
    {
        await using var server = new ScriptedServer(answer);
        var problem = await Assert.ThrowsAsync<IOException>(() => FetchAsync(server.Uri, 2, 4));
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("410 Gone")]
    [InlineData("416 Range Not Satisfiable")]
    public async Task What_it_does_not_have_is_told_from_what_fails(string answer)
    {
        await using var server = new ScriptedServer(
            $"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n");
        var problem = await Assert.ThrowsAsync<FileNotFoundException>(
            () => FetchAsync(server.Uri, 2, 4));
        Assert.Contains($"answered {answer[..3]}", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_within_the_host_is_followed_and_a_ring_of_them_is_not()
    {
        const string redirect =
            "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /b.ts\r\n"
            + "Content-Length: 0\r\n\r\n";
        await using (var server = new ScriptedServer(
            redirect, Head + "Content-Length: 4\r\nContent-Range: bytes 2-5/9\r\n\r\n2345"))
        {
            Assert.Equal("2345", await FetchAsync(server.Uri, 2, 4));
        }

        await using var ring = new ScriptedServer([.. Enumerable.Repeat(redirect, 10)]);
        var problem = await Assert.ThrowsAsync<IOException>(() => FetchAsync(ring.Uri, 2, 4));
        Assert.Contains("more than 5 redirects", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Head + "Content-Length: 4\r\nContent-Range: bytes 2-5/9\r\n\r\n23")]
    public async Task A_silent_server_is_given_up(string answer)
    {
        using var listener = new SilentListener(answer);
        var options = new HttpOriginOptions
        {
            ResponseTimeout = TimeSpan.FromMilliseconds(150),
                IdleTimeout = TimeSpan.FromMilliseconds(150),
        };
        var problem = await Assert.ThrowsAsync<IOException>(
            () => FetchAsync(listener.Uri, 2, 4, options));
        Assert.Contains("within", problem.Message, StringComparison.Ordinal);
    }

    private static async Task<string> FetchAsync(
        Uri uri, long offset, long length, HttpOriginOptions? options = null)
    {
        using var client = new HttpOriginClient(options);
        await using var stream = await client.OpenAsync(uri, offset, length, Token);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Token);
        return System.Text.Encoding.ASCII.GetString(all.ToArray());
    }
}
