using System.Collections.Concurrent;
using P2PStream.Protocol;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>What a node promises its host beyond playing.</summary>
public sealed class NodeTests
{
    private const int SegmentBytes = 200_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static GeneratedSource Film(int segments = 6) =>
        new(segments, SegmentBytes, TimeSpan.FromSeconds(2));

    [Fact]
    public async Task Another_transport_carries_a_stream_and_accounting_adds_up()
    {
        var network = new MemoryNetwork();
        await using var publisher = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        await using var viewer = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        var source = Film();
        await using var published = await Nodes.PublishAsync(publisher, source);
        await using var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        var delivered = new ConcurrentQueue<BlockAccounting>();
        watched.BlockDelivered += delivered.Enqueue;

        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(watched));

        await watched.DisposeAsync();
        Assert.Equal(watched.Statistics.BytesDelivered, delivered.Sum(block => (long)block.Bytes));
        Assert.Equal(source.AllVideo().Length, watched.Statistics.BytesFromPublisher);
        Assert.All(delivered, block => Assert.Equal(publisher.Id, block.Peer));
        Assert.Equal(delivered.Count, delivered.Select(block => block.Block).Distinct().Count());
        Assert.Equal(0, viewer.Pool.Rented);
    }

    [Fact]
    public async Task Who_is_refused_by_one_is_served_by_another()
    {
        var network = new MemoryNetwork();
        var policy = new RefuseOne();
        var options = Nodes.Memory(network);
        options.UploadPolicy = policy;
        await using var publisher = await StreamNode.StartAsync(options, Cancelled);
        await using var first = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        await using var second = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        policy.Refused = second.Id;
        var source = Film();
        await using var published = await Nodes.PublishAsync(publisher, source);
        await using var welcome = await first.WatchAsync(published.Link, null, Cancelled);
        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(welcome));

        var link = published.Link with { Peers = [publisher.DialAddress, first.DialAddress] };
        await using var refused = await second.WatchAsync(link, null, Cancelled);
        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(refused));

        await refused.DisposeAsync();
        Assert.Equal(0, refused.Statistics.BytesFromPublisher);
        Assert.Equal(source.AllVideo().Length, refused.Statistics.BytesFromViewers);
    }

    [Fact]
    public async Task Two_that_dial_each_other_at_once_end_with_one_link()
    {
        var network = new MemoryNetwork();
        using var both = new Barrier(2);
        await using var one = await StreamNode.StartAsync(Together(network, both), Cancelled);
        await using var other = await StreamNode.StartAsync(Together(network, both), Cancelled);
        using var key = RootKey.FromSeed(Nodes.Seed);
        var link = new StreamLink { Key = key.PublicKey, Name = "film" };
        await using var here = await one.WatchAsync(
            link with { Peers = [other.DialAddress] }, null, Cancelled);
        await using var there = await other.WatchAsync(
            link with { Peers = [one.DialAddress] }, null, Cancelled);

        await Nodes.UntilAsync(
            () => one.LinksMade == 2 && other.LinksMade == 2, "both links were made");
        await Nodes.UntilAsync(
            () => one.LinkCount == 1 && other.LinkCount == 1
                && here.Statistics.Peers.Count == 1 && there.Statistics.Peers.Count == 1,
            "one link each, with the stream on it");
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_line()
    {
        await using var first = await StreamNode.StartAsync(Nodes.Tcp(), Cancelled);
        var taken = Nodes.Tcp();
        taken.Listen = first.EndPoint;
        var error = await Assert.ThrowsAsync<LinkException>(
            () => StreamNode.StartAsync(taken, Cancelled));
        Assert.Equal($"Port {first.EndPoint.Port} is in use at 127.0.0.1.", error.Message);
    }

    [Fact]
    public async Task A_late_viewer_of_a_growing_stream_sees_all_of_it()
    {
        const int Segments = 6;
        var network = new MemoryNetwork();
        await using var publisher = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        await using var viewer = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        using var released = new SemaphoreSlim(3);
        var source = new GeneratedSource(Segments, SegmentBytes, TimeSpan.FromSeconds(2))
        {
            Kind = StreamKind.Event,
            BeforeSegment = _ => released.WaitAsync(),
        };
        await using var published = await Nodes.PublishAsync(publisher, source);
        await Nodes.UntilAsync(() => released.CurrentCount == 0, "three segments are published");
        await using var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        using var output = new MemoryStream();
        var player = new PipePlayer(output);
        var playing = watched.PlayAsync(player, Cancelled);
        for (var i = 3; i < Segments; i++)
        {
            var position = TimeSpan.FromSeconds(2 * i);
            await Nodes.UntilAsync(
                () => player.State.Position == position || playing.IsCompleted, $"{i} are played");
            Assert.False(playing.IsCompleted);
            released.Release();
        }

        await playing.WaitAsync(Nodes.Patience, Cancelled);
        await published.Completion.WaitAsync(Nodes.Patience, Cancelled);
        Assert.Equal(source.AllVideo(), output.ToArray());
    }

    [Fact]
    public async Task A_reader_that_pauses_until_a_growing_stream_has_ended_misses_nothing()
    {
        const int Segments = 5;
        var network = new MemoryNetwork();
        await using var publisher = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        await using var viewer = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        using var released = new SemaphoreSlim(2);
        var source = new GeneratedSource(Segments, SegmentBytes, TimeSpan.FromSeconds(2))
        {
            Kind = StreamKind.Event,
            BeforeSegment = _ => released.WaitAsync(),
        };
        await using var published = await Nodes.PublishAsync(publisher, source);
        await using var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        await watched.WaitForCatalogAsync(Cancelled);
        ulong read = 0;
        await foreach (var segment in watched.ReadTrackAsync(GeneratedSource.Video, default, Cancelled))
        {
            Assert.Equal(read++, segment.Record.Id.Sequence);
            await segment.DisposeAsync();
            if (read > 1) continue;
            released.Release(Segments - 2);
            await published.Completion.WaitAsync(Nodes.Patience, Cancelled);
            await Nodes.UntilAsync(
                () => watched.Catalog.Tracks.All(track => track.Ended), "the end is known");
        }

        Assert.Equal((ulong)Segments, read);
    }

    [Fact]
    public async Task What_memory_evicts_a_store_serves()
    {
        const int Segments = 40;
        var network = new MemoryNetwork();
        var publisher = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        var options = Nodes.Memory(network);
        options.MemoryBytes = 4L << 20;
        // Little of what is on its way to the store at once is missed by it: nothing, here.
        options.PrefetchAhead = TimeSpan.FromSeconds(4);
        var stores = new List<MemoryBlockStore>();
        options.Store = _ =>
        {
            stores.Add(new MemoryBlockStore(32L << 20));
            return stores[^1];
        };
        await using var first = await StreamNode.StartAsync(options, Cancelled);
        await using var second = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        var source = Film(Segments);
        var published = await Nodes.PublishAsync(publisher, source);
        await using var kept = await first.WatchAsync(published.Link, null, Cancelled);
        using var output = new FollowingStream(stores[0]);
        await kept.PlayAsync(new PipePlayer(output), Cancelled).WaitAsync(Nodes.Patience, Cancelled);
        Assert.Equal(source.AllVideo(), output.ToArray());
        await Nodes.UntilAsync(
            () => stores[0].Bytes == source.AllVideo().Length, "all is in the store");
        await using var watched = await second.WatchAsync(
            published.Link with { Peers = [first.DialAddress] }, null, Cancelled);
        await watched.WaitForCatalogAsync(Cancelled);
        await published.DisposeAsync();
        await publisher.DisposeAsync();

        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(watched));

        await watched.DisposeAsync();
        Assert.Equal(source.AllVideo().Length, watched.Statistics.BytesFromViewers);
        await kept.DisposeAsync();
        await Nodes.UntilAsync(() => first.Pool.Rented == 0, "no lease is left");
    }

    /// <summary>Takes media no faster than a store keeps it.</summary>
    private sealed class FollowingStream(MemoryBlockStore store) : MemoryStream
    {
        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Nodes.UntilAsync(
                () => Length <= store.Bytes + 2 * SegmentBytes, "the store follows");
            Write(buffer.Span);
        }
    }

    private static StreamNodeOptions Together(MemoryNetwork network, Barrier both)
    {
        var options = Nodes.Memory(network);
        options.Transport = new TogetherTransport(options.Transport!, both);
        return options;
    }

    private sealed class RefuseOne : IUploadPolicy
    {
        public PeerId Refused { get; set; }

        public UploadDecision Decide(in UploadRequest request) =>
            request.Peer == Refused ? UploadDecision.Refuse : UploadDecision.Serve;
    }

    /// <summary>Dials only when the other dials too.</summary>
    private sealed class TogetherTransport(ITransport inner, Barrier both) : ITransport
    {
        public string Tag => inner.Tag;

        public PeerId LocalId => inner.LocalId;

        public async ValueTask<ILink> ConnectAsync(
            TransportAddress address, CancellationToken cancellationToken)
        {
            await Task.Run(() => both.SignalAndWait(Nodes.Patience, cancellationToken),
                cancellationToken);
            return await inner.ConnectAsync(address, cancellationToken);
        }

        public ValueTask<ILinkListener> ListenAsync(
            TransportAddress address, CancellationToken cancellationToken) =>
            inner.ListenAsync(address, cancellationToken);
    }
}
