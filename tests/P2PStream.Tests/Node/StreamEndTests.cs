using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;
using P2PStream.Scheduling;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>A stream that ends, or fails, lets go of all that waits for it and all that it owns.</summary>
public sealed class StreamEndTests
{
    private readonly MemoryNetwork _network = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_waits_for_a_stream_that_ends_is_told_so()
    {
        await using var node = await StreamNode.StartAsync(Nodes.Memory(_network), Cancelled);
        var watched = await node.WatchAsync(NobodysLink(), null, Cancelled);
        var catalog = watched.WaitForCatalogAsync(Cancelled);
        var records = watched.GetRecordsAsync(1, Cancelled).AsTask();

        await watched.DisposeAsync();

        await ThrowsEndedAsync(catalog);
        await ThrowsEndedAsync(records);
        await ThrowsEndedAsync(watched.GetRecordsAsync(1, Cancelled).AsTask());
        await ThrowsEndedAsync(watched.WaitForCatalogAsync(Cancelled));
        Assert.Throws<ObjectDisposedException>(() => watched.AttachPlayer(() => default));
    }

    [Fact]
    public async Task A_reader_at_the_live_edge_is_told_of_the_end()
    {
        await using var publisher = await StreamNode.StartAsync(Nodes.Memory(_network), Cancelled);
        await using var published = await Nodes.PublishAsync(
            publisher, new GeneratedSource(3, 20_000, TimeSpan.FromSeconds(2))
            {
                Kind = StreamKind.Live,
                BeforeSegment = i => i < 2 ? Task.CompletedTask : Task.Delay(-1, Cancelled),
            });
        await using var viewer = await StreamNode.StartAsync(Nodes.Memory(_network), Cancelled);
        var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        await using var segments = watched.ReadTrackAsync(GeneratedSource.Video,
            cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        for (var i = 0; i < 2; i++)
        {
            Assert.True(await segments.MoveNextAsync().AsTask().WaitAsync(Nodes.Patience, Cancelled));
            await segments.Current.DisposeAsync();
        }

        var next = segments.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        await watched.DisposeAsync();

        await ThrowsEndedAsync(next);
    }

    [Fact]
    public async Task A_stream_whose_picker_fails_gives_all_back()
    {
        await using var publisher = await StreamNode.StartAsync(Nodes.Memory(_network), Cancelled);
        await using var published = await Nodes.PublishAsync(
            publisher, new GeneratedSource(8, 200_000, TimeSpan.FromSeconds(2)));
        var store = new CountedStore();
        var failing = new Switch();
        var options = Nodes.Memory(_network);
        var pickers = options.Picker;
        options.Picker = seed => FailingPicker.Over(pickers(seed), failing);
        options.Store = _ => store;
        var viewer = await StreamNode.StartAsync(options, Cancelled);
        var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        await watched.WaitForCatalogAsync(Cancelled);

        failing.IsFailing = true;
        watched.AttachPlayer(() => default);

        await Nodes.UntilAsync(() => store.IsDisposed, "what the stream owned is disposed");
        await ThrowsEndedAsync(watched.GetRecordsAsync(1, Cancelled).AsTask());
        await watched.DisposeAsync();
        await viewer.DisposeAsync().AsTask().WaitAsync(Nodes.Patience, Cancelled);
        Assert.Equal(0, viewer.LinkCount);
    }

    [Fact]
    public async Task A_link_that_a_dial_makes_while_the_node_ends_is_ended()
    {
        await using var other = await StreamNode.StartAsync(Nodes.Memory(_network), Cancelled);
        var options = Nodes.Memory(_network);
        var gate = new GatedTransport(options.Transport!);
        options.Transport = gate;
        var clock = new WatchfulClock(LinkTable.CloseTimeout, fails: false);
        options.Time = clock;
        var node = await StreamNode.StartAsync(options, Cancelled);
        await node.WatchAsync(
            NobodysLink() with { Peers = [other.DialAddress] }, null, Cancelled);
        await gate.Dialled.WaitAsync(Nodes.Patience, Cancelled);

        clock.IsWatching = true;
        var ending = node.DisposeAsync().AsTask();
        // The links that it knows have been told, and have this long.
        await clock.Asked.WaitAsync(Nodes.Patience, Cancelled);
        gate.Open();
        await ending.WaitAsync(Nodes.Patience, Cancelled);

        await Nodes.UntilAsync(() => other.LinksMade == 1, "the dial has come through");
        await Nodes.UntilAsync(() => other.LinkCount == 0, "the link is gone");
        Assert.Equal(0, node.LinksMade);
    }

    [Fact]
    public async Task A_search_that_fails_does_not_keep_its_stream()
    {
        var clock = new WatchfulClock(TimeSpan.FromSeconds(1), fails: true);
        var options = Nodes.Memory(_network);
        options.EnableDht = true;
        options.Bootstrap.Clear();
        options.Listen = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0);
        options.Time = clock;
        await using var node = await StreamNode.StartAsync(options, Cancelled);
        clock.IsWatching = true;
        var link = NobodysLink();
        var watched = await node.WatchAsync(link, null, Cancelled);
        await clock.Asked.WaitAsync(Nodes.Patience, Cancelled);

        await watched.DisposeAsync();

        Assert.Null(node.FindStream(link.StreamId));
    }

    [Fact]
    public async Task A_stream_that_could_not_be_published_can_be_published_later()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var options = Nodes.Memory(_network);
        options.Time = clock;
        await using var node = await StreamNode.StartAsync(options, Cancelled);
        using var key = RootKey.FromSeed(Nodes.Seed);
        var publish = new PublishOptions { Key = key, Name = "film" };
        var slow = new GeneratedSource(1, 1000, TimeSpan.FromSeconds(2))
        {
            BeforeSegment = _ =>
            {
                // Longer than its signatures hold.
                clock.Advance(publish.Validity * 2);
                return Task.CompletedTask;
            },
        };

        await Assert.ThrowsAsync<StreamSourceException>(
            () => node.PublishAsync(slow, publish, Cancelled));

        Assert.True(slow.IsDisposed);
        await using var published = await node.PublishAsync(
            new GeneratedSource(1, 1000, TimeSpan.FromSeconds(2)), publish, Cancelled);
    }

    [Fact]
    public async Task A_segment_that_no_store_could_hold_drives_nothing_out()
    {
        await using var publisher = await StreamNode.StartAsync(Nodes.Memory(_network), Cancelled);
        await using var published = await Nodes.PublishAsync(
            publisher, new GeneratedSource(3, 200_000, TimeSpan.FromSeconds(2)));
        var store = new CountedStore();
        var options = Nodes.Memory(_network);
        options.Store = _ => store;
        await using var viewer = await StreamNode.StartAsync(options, Cancelled);
        await using var watched = await viewer.WatchAsync(published.Link, null, Cancelled);

        await Nodes.PlayAsync(watched);

        await Nodes.UntilAsync(() => store.Removed.Count(
            segment => segment.Track == GeneratedSource.Video) == 3, "none of them fits");
        Assert.DoesNotContain(
            store.Removed, segment => segment.Track == GeneratedSource.Initialization);
    }

    private static StreamLink NobodysLink()
    {
        using var key = RootKey.FromSeed(Nodes.Seed);
        return new StreamLink { Key = key.PublicKey, Name = "film" };
    }

    private static async Task ThrowsEndedAsync(Task waiting)
    {
        var error = await Assert.ThrowsAsync<IOException>(
            () => waiting.WaitAsync(Nodes.Patience, Cancelled));
        Assert.Contains("ended", error.Message, StringComparison.Ordinal);
    }

    public sealed class Switch
    {
        public bool IsFailing { get; set; }
    }

    /// <summary>Fails at every call, from a moment on.</summary>
    public class FailingPicker : DispatchProxy
    {
        private IBlockPicker? _inner;
        private Switch? _failing;

        public static IBlockPicker Over(IBlockPicker inner, Switch failing)
        {
            var proxy = Create<IBlockPicker, FailingPicker>();
            ((FailingPicker)(object)proxy)._inner = inner;
            ((FailingPicker)(object)proxy)._failing = failing;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            _failing!.IsFailing
                ? throw new InvalidOperationException("This picker fails.")
                : targetMethod!.Invoke(_inner, args);
    }

    /// <summary>Holds back its first dial, whoever gives it up.</summary>
    private sealed class GatedTransport(ITransport inner) : ITransport
    {
        private readonly TaskCompletionSource _dialled =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _gate =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Dialled => _dialled.Task;

        public string Tag => inner.Tag;

        public PeerId LocalId => inner.LocalId;

        public void Open() => _gate.TrySetResult();

        public async ValueTask<ILink> ConnectAsync(
            TransportAddress address, CancellationToken cancellationToken)
        {
            _dialled.TrySetResult();
            await _gate.Task;
            return await inner.ConnectAsync(address, CancellationToken.None);
        }

        public ValueTask<ILinkListener> ListenAsync(
            TransportAddress address, CancellationToken cancellationToken) =>
            inner.ListenAsync(address, cancellationToken);
    }

    /// <summary>Says when it is asked for a timer of some length; may fail to give it.</summary>
    private sealed class WatchfulClock(TimeSpan length, bool fails) : TimeProvider
    {
        private readonly TaskCompletionSource _asked =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsWatching { get; set; }

        public Task Asked => _asked.Task;

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (IsWatching && dueTime == length)
            {
                _asked.TrySetResult();
                if (fails) throw new InvalidOperationException("This clock fails.");
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    /// <summary>Holds less than one segment, and says what became of it.</summary>
    private sealed class CountedStore : IBlockStore
    {
        private readonly MemoryBlockStore _inner = new(150_000);

        public ConcurrentQueue<SegmentId> Removed { get; } = [];

        public bool IsDisposed { get; private set; }

        public ValueTask<bool> TryReadAsync(BlockId block, Memory<byte> destination,
            CancellationToken cancellationToken) =>
            _inner.TryReadAsync(block, destination, cancellationToken);

        public ValueTask<bool> TryWriteAsync(BlockId block, ReadOnlyMemory<byte> bytes,
            CancellationToken cancellationToken) =>
            _inner.TryWriteAsync(block, bytes, cancellationToken);

        public ValueTask RemoveAsync(SegmentId segment, CancellationToken cancellationToken)
        {
            Removed.Enqueue(segment);
            return _inner.RemoveAsync(segment, cancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return _inner.DisposeAsync();
        }
    }
}
