using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;

namespace P2PStream.Http.Tests;

public sealed class GrowingPlaylistTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_event_is_polled_until_its_end()
    {
        Write(1, ended: false);
        await using var source = Source();
        var description = await source.DescribeAsync(Token);
        Assert.Equal(StreamKind.Event, description.Kind);
        await using var segments = source.ReadAsync(Token).GetAsyncEnumerator(Token);
        Assert.Equal(0u, await NextAsync(segments));

        var waiting = segments.MoveNextAsync().AsTask();
        await PollAsync();
        Assert.False(waiting.IsCompleted);
        Write(3, ended: false);
        await PollUntilAsync(waiting);
        Assert.Equal(1u, segments.Current.Sequence);
        Assert.Equal("#EXTINF:2,", segments.Current.Tags);
        Assert.Equal(TimeSpan.FromSeconds(2), segments.Current.Start);
        Assert.Equal(2u, await NextAsync(segments));

        waiting = segments.MoveNextAsync().AsTask();
        Write(4, ended: true);
        await PollUntilAsync(waiting);
        Assert.Equal(3u, segments.Current.Sequence);
        Assert.False(await segments.MoveNextAsync());
    }

    [Fact]
    public async Task A_playlist_half_written_is_read_again_and_one_that_lost_segments_is_refused()
    {
        Write(3, ended: false);
        await using var source = Source();
        await source.DescribeAsync(Token);
        await using var segments = source.ReadAsync(Token).GetAsyncEnumerator(Token);
        for (var i = 0; i < 3; i++) await NextAsync(segments);

        var waiting = segments.MoveNextAsync().AsTask();
        _folder.Write("list.m3u8", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,");
        await PollAsync();
        Write(4, ended: false);
        await PollUntilAsync(waiting);
        Assert.Equal(3u, segments.Current.Sequence);

        waiting = segments.MoveNextAsync().AsTask();
        Write(2, ended: false);
        var problem = await Assert.ThrowsAsync<StreamSourceException>(
            () => PollUntilAsync(waiting));
        Assert.Contains("has lost segments", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_playlist_without_a_segment_yet_is_waited_for()
    {
        Write(0, ended: false);
        await using var source = Source();
        var description = source.DescribeAsync(Token);
        await PollAsync();
        Assert.False(description.IsCompleted);
        Write(1, ended: false);
        await PollUntilAsync(description);
        Assert.Single((await description).Tracks);
    }

    private HlsStreamSource Source() => new(
        Path.Combine(_folder.Path, "list.m3u8"), new StreamSourceOptions { Time = _time });

    private void Write(int segments, bool ended) => _folder.Write(
        "list.m3u8",
        [
            "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-PLAYLIST-TYPE:EVENT",
            .. Enumerable.Range(0, segments).SelectMany(i => (string[])["#EXTINF:2,", $"{i}.ts"]),
            .. (string[])(ended ? ["#EXT-X-ENDLIST"] : []),
        ]);

    private static async Task<ulong> NextAsync(IAsyncEnumerator<SourceSegment> segments)
    {
        Assert.True(await segments.MoveNextAsync());
        return segments.Current.Sequence;
    }

    // Virtual time passes until the source has looked again; each turn lets it get to its next
    // wait.
    private async Task PollUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            Token.ThrowIfCancellationRequested();
            await PollAsync();
        }

        await task;
    }

    private async Task PollAsync()
    {
        _time.Advance(TimeSpan.FromMilliseconds(500));
        for (var turn = 0; turn < 20; turn++) await Task.Yield();
    }
}
