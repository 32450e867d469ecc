using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>A node with a store behind its memory: it reads what it has, and verifies what it reads.</summary>
public sealed class StoreTests : IDisposable
{
    private const int SegmentBytes = 200_000;
    private const int Segments = 40;

    private readonly MemoryNetwork _network = new();
    private readonly TemporaryFolder _folder = new();
    private readonly GeneratedSource _source = new(Segments, SegmentBytes, TimeSpan.FromSeconds(2));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_seek_back_is_read_from_the_nodes_own_store()
    {
        var publisher = await StreamNode.StartAsync(Nodes.Memory(_network), Cancelled);
        var published = await Nodes.PublishAsync(publisher, _source);
        await using var viewer = await StreamNode.StartAsync(WithStore(), Cancelled);
        await using var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        await PlayAllAsync(watched);
        await published.DisposeAsync();
        await publisher.DisposeAsync();

        // Nobody else is there any more.
        Assert.Equal(_source.AllVideo(), await Nodes.PlayAsync(watched));

        await watched.DisposeAsync();
        Assert.InRange(watched.Statistics.BytesFromStore, SegmentBytes * (Segments / 2), long.MaxValue);
        Assert.Equal(_source.AllVideo().Length, watched.Statistics.BytesDelivered);
        await Nodes.UntilAsync(() => viewer.Pool.Rented == 0, "every place is back");
    }

    [Fact]
    public async Task What_a_disk_spoiled_comes_from_peers_and_nobody_is_blamed()
    {
        await using var publisher = await StreamNode.StartAsync(Nodes.Memory(_network), Cancelled);
        await using var published = await Nodes.PublishAsync(publisher, _source);
        await using var viewer = await StreamNode.StartAsync(WithStore(), Cancelled);
        await using var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        await PlayAllAsync(watched);
        foreach (var file in Directory.GetFiles(_folder["store"], "*.blocks"))
        {
            await using var stream = File.Open(
                file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            stream.Position = 100;
            stream.Write(new byte[8]);
        }

        Assert.Equal(_source.AllVideo(), await Nodes.PlayAsync(watched));

        Assert.Equal(0, watched.Statistics.RejectedBlocks);
        Assert.Equal(1, viewer.LinkCount);
    }

    [Fact]
    public async Task After_a_restart_a_viewer_serves_what_is_in_its_folder()
    {
        var publisher = await StreamNode.StartAsync(Nodes.Memory(_network), Cancelled);
        var published = await Nodes.PublishAsync(publisher, _source);
        var first = await StreamNode.StartAsync(WithStore(), Cancelled);
        await using (var watched = await first.WatchAsync(published.Link, null, Cancelled))
            await PlayAllAsync(watched);
        await first.DisposeAsync();
        var spoiled = Directory.GetFiles(_folder["store"], "*.blocks").Order().Last();
        await File.WriteAllBytesAsync(spoiled, new byte[50_000], Cancelled);

        await using var again = await StreamNode.StartAsync(WithStore(), Cancelled);
        await using var serving = await again.WatchAsync(published.Link, null, Cancelled);
        await serving.WaitForCatalogAsync(Cancelled);
        var records = await serving.GetRecordsAsync(GeneratedSource.Video, Cancelled);
        await serving.GetRecordsAsync(GeneratedSource.Initialization, Cancelled);
        await Nodes.UntilAsync(() => !File.Exists(spoiled), "what it found is looked through");
        await published.DisposeAsync();
        await publisher.DisposeAsync();
        await using var third = await StreamNode.StartAsync(Nodes.Memory(_network), Cancelled);
        await using var late = await third.WatchAsync(
            published.Link with { Peers = [again.DialAddress] }, null, Cancelled);
        await late.WaitForCatalogAsync(Cancelled);

        for (var i = 0; i < Segments - 2; i++)
        {
            await using var segment = await late.OpenSegmentAsync(records[i].Id, Cancelled);
            using var bytes = new MemoryStream();
            await segment.CopyToAsync(bytes, Cancelled).WaitAsync(Nodes.Patience, Cancelled);
            Assert.Equal(
                GeneratedSource.Bytes(1, (ulong)i, GeneratedSource.LengthOf(i, SegmentBytes)), bytes.ToArray());
        }

        Assert.Equal(0, late.Statistics.RejectedBlocks);
    }

    private StreamNodeOptions WithStore()
    {
        var options = Nodes.Memory(_network);
        options.MemoryBytes = 4L << 20;
        // Little of what is on its way to the store at once is missed by it: nothing, here.
        options.PrefetchAhead = TimeSpan.FromSeconds(4);
        options.Store = _ => DiskBlockStore.Open(_folder["store"], 64L << 20);
        return options;
    }

    /// <summary>Plays all of it, no faster than the store keeps it.</summary>
    private async Task PlayAllAsync(WatchedStream watched)
    {
        using var output = new FollowingStream(StoredBytes);
        await watched.PlayAsync(new PipePlayer(output), Cancelled).WaitAsync(Nodes.Patience, Cancelled);
        Assert.Equal(_source.AllVideo(), output.ToArray());
        await Nodes.UntilAsync(() => StoredBytes() >= _source.AllVideo().Length, "all is in the store");
    }

    private long StoredBytes()
    {
        long bytes = 0;
        foreach (var file in Directory.GetFiles(_folder["store"], "*.blocks"))
            bytes += SegmentFile.PayloadOf(new FileInfo(file).Length);
        return bytes;
    }

    private sealed class FollowingStream(Func<long> stored) : MemoryStream
    {
        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Nodes.UntilAsync(() => Length <= stored() + 2 * SegmentBytes, "the store follows");
            Write(buffer.Span);
        }
    }
}
