using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>Whatever is on its way when a stream or a node ends, no block's place is lost.</summary>
public sealed class LeaseTests
{
    private const int SegmentBytes = 400_000;
    private const int Segments = 12;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The pool counts every place that is out: at zero nothing leaks.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Disposing_in_mid_transfer_gives_every_place_back(bool endsNode, bool hasStore)
    {
        var network = new MemoryNetwork();
        var options = Nodes.Memory(network);
        await using var publisher = await StreamNode.StartAsync(options, Cancelled);
        var source = new GeneratedSource(Segments, SegmentBytes, TimeSpan.FromSeconds(2))
        {
            Origin = GeneratedOrigin.Uri,
        };
        using var key = RootKey.FromSeed(Nodes.Seed);
        await using var published = await publisher.PublishAsync(
            source, new PublishOptions { Key = key, Name = "film", ServeMedia = true }, Cancelled);
        var random = new Random(endsNode ? 7 : 11);
        for (var round = 0; round < 4; round++)
        {
            var viewerOptions = Nodes.Memory(network);
            viewerOptions.Origin = new GeneratedOrigin(SegmentBytes);
            if (hasStore) viewerOptions.Store = static _ => new MemoryBlockStore(2L << 20);
            var viewer = await StreamNode.StartAsync(viewerOptions, Cancelled);
            var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
            await watched.WaitForCatalogAsync(Cancelled);
            var playing = watched.PlayAsync(new PipePlayer(new SlowStream()), Cancelled);
            // A segment that is opened and never read: its blocks wait for a reader.
            var records = await watched.GetRecordsAsync(GeneratedSource.Video, Cancelled);
            await using var unread = await watched.OpenSegmentAsync(records[1].Id, Cancelled);
            var after = random.NextInt64(Segments * SegmentBytes / 2);
            await Nodes.UntilAsync(
                () => watched.Statistics.BytesDelivered > after || playing.IsCompleted,
                "media flows");

            if (endsNode) await viewer.DisposeAsync();
            else await watched.DisposeAsync();

            await Nodes.UntilAsync(() => viewer.Pool.Rented == 0, "every place is back");
            await Assert.ThrowsAnyAsync<Exception>(() => playing.WaitAsync(Nodes.Patience, Cancelled));
            await Assert.ThrowsAnyAsync<IOException>(
                () => unread.CopyToAsync(Stream.Null, Cancelled).WaitAsync(Nodes.Patience, Cancelled));
            await watched.DisposeAsync();
            await viewer.DisposeAsync();
        }

        await published.DisposeAsync();
        await Nodes.UntilAsync(() => publisher.Pool.Rented == 0, "the publisher's are back");
    }

    [Fact]
    public async Task A_segment_that_is_opened_as_the_stream_ends_fails_its_reader()
    {
        var network = new MemoryNetwork();
        await using var publisher = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        await using var viewer = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        await using var published = await Nodes.PublishAsync(
            publisher, new GeneratedSource(4, SegmentBytes, TimeSpan.FromSeconds(2)));
        var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        await watched.WaitForCatalogAsync(Cancelled);
        var segments = watched.ReadTrackAsync(GeneratedSource.Video, default, Cancelled)
            .GetAsyncEnumerator(Cancelled);
        Assert.True(await segments.MoveNextAsync());
        var runtime = viewer.FindStream(published.Link.StreamId)!;
        await watched.DisposeAsync();

        await using var late = runtime.Open(segments.Current.Record);

        await Assert.ThrowsAnyAsync<IOException>(
            () => late.CopyToAsync(Stream.Null, Cancelled).WaitAsync(Nodes.Patience, Cancelled));
        await segments.Current.DisposeAsync();
        await Nodes.UntilAsync(() => viewer.Pool.Rented == 0, "every place is back");
    }

    /// <summary>Takes a little at a time, so that much waits for it.</summary>
    private sealed class SlowStream : MemoryStream
    {
        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken);
    }
}
