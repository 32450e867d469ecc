using System.Net;

namespace P2PStream.Http.Tests;

public sealed class GatewayFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _bytes = new byte[3 * FileStreamSource.PieceBytes + 777];

    public GatewayFileTests() => new Random(5).NextBytes(_bytes);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1_048_575, 1_048_576)]
    [InlineData(1_048_570, 3_145_729)]
    [InlineData(3_146_000, 3_146_504)]
    public async Task A_range_spans_its_pieces(int first, int last)
    {
        var stream = await FolderStream.OpenAsync(_folder.Write("Film é.mkv", _bytes), Token);
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.FileUri);
        request.Headers.Range = new(first, last);
        using var response = await http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(_bytes[first..(last + 1)], await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("video/x-matroska", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("Film é.mkv", response.Content.Headers.ContentDisposition!.FileNameStar);
        Assert.Equal("inline", response.Content.Headers.ContentDisposition!.DispositionType);
        // Only the pieces that the range touches are asked of the swarm.
        Assert.Equal(
            last / FileStreamSource.PieceBytes - first / FileStreamSource.PieceBytes + 1,
            stream.Requests.Count);
    }

    [Fact]
    public async Task What_a_browser_would_run_is_saved_instead()
    {
        var stream = await FolderStream.OpenAsync(_folder.Write("page.html", _bytes), Token);
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        using var http = new HttpClient();
        using var response = await http.GetAsync(gateway.FileUri, Token);
        Assert.Equal(_bytes, await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
    }

    [Fact]
    public async Task A_piece_that_cannot_be_had_is_an_error_and_no_broken_answer()
    {
        var stream = await FolderStream.OpenAsync(_folder.Write("a.mkv", _bytes), Token);
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        using var http = new HttpClient();
        stream.Missing.Add(new Protocol.SegmentId(1, 0, 0));
        using var response = await http.GetAsync(gateway.FileUri, Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);

        stream.Missing.Clear();
        stream.Missing.Add(new Protocol.SegmentId(1, 0, 2));
        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => http.GetByteArrayAsync(gateway.FileUri, Token));
    }
}
