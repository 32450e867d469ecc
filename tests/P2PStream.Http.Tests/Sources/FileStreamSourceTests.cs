using P2PStream.Protocol;

namespace P2PStream.Http.Tests;

public sealed class FileStreamSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(FileStreamSource.PieceBytes, 1)]
    [InlineData(FileStreamSource.PieceBytes + 1, 2)]
    [InlineData(3 * FileStreamSource.PieceBytes - 5, 3)]
    public async Task A_file_is_cut_and_comes_together_again(int length, int pieces)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var path = _folder.Write("mein film.mkv", bytes);
        await using var server = await OriginServer.StartAsync(
            _folder.Path, cancellationToken: Token);
        foreach (var name in (string[])[path,
            new Uri(server.BaseUri, "mein%20film.mkv").AbsoluteUri])
        {
            await using var source = await StreamSource.OpenAsync(name, cancellationToken: Token);
            Assert.IsType<FileStreamSource>(source);
            var content = await SourceContent.ReadAsync(source, Token);
            Assert.Equal(StreamKind.File, content.Description.Kind);
            Assert.Equal("mein film.mkv", content.Description.FileName);
            Assert.Equal(pieces, content.Segments.Count);
            Assert.Equal(
                Enumerable.Range(0, pieces), content.Segments.Select(piece => (int)piece.Sequence));
            using var all = new MemoryStream();
            foreach (var piece in content.Segments)
            {
                Assert.Equal(all.Length, piece.OriginOffset);
                all.Write(await SourceContent.BytesAsync(piece, Token));
            }

            Assert.Equal(bytes, all.ToArray());
            Assert.Equal(
                name == path ? "" : "mein%20film.mkv", content.Segments[0].OriginUri);
        }
    }

    [Fact]
    public async Task Credentials_and_tokens_of_the_source_do_not_become_public()
    {
        _folder.Write("a.bin", [1]);
        await using var server = await OriginServer.StartAsync(
            _folder.Path, cancellationToken: Token);
        await using var source = new FileStreamSource(
            $"http://user:secret@{server.BaseUri.Authority}/a.bin");
        var content = await SourceContent.ReadAsync(source, Token);
        Assert.Equal(server.BaseUri.AbsoluteUri, content.Description.Origin);
        Assert.Equal("a.bin", content.Segments[0].OriginUri);
    }
}
