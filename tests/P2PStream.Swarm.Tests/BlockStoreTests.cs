using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A viewer whose memory is smaller than the stream, with a store behind it, in virtual time.</summary>
public sealed class BlockStoreTests : IDisposable
{
    private const int Segments = 12;
    private const int SegmentBytes = 250_000;

    /// <summary>1.5 MiB: half of the stream.</summary>
    private const int PoolBlocks = 96;

    private readonly TestStream _stream = new(Segments, SegmentBytes, TimeSpan.FromSeconds(2));
    private readonly VirtualClock _clock = new();

    public void Dispose() => _stream.Dispose();

    [Fact]
    public void What_memory_evicts_is_served_from_the_store()
    {
        var first = PlayAlone(hasStore: true);
        Assert.True(first.Pool.Rented <= PoolBlocks);
        var second = PlayFrom(first);

        Assert.True(second.Player.IsDone);
        Assert.Equal(_stream.Length, second.Swarm.Counters.BytesFromViewers);
        Assert.Equal(0, second.Swarm.Counters.RejectedBlocks);
    }

    [Fact]
    public void Without_a_store_what_memory_evicts_is_gone()
    {
        var second = PlayFrom(PlayAlone(hasStore: false));

        Assert.False(second.Player.IsDone);
    }

    [Fact]
    public void A_spoiled_block_is_not_served_and_costs_nobody_its_reputation()
    {
        var first = PlayAlone(hasStore: true);
        var block = new BlockId(_stream.Records[0].Id, 0, 3);
        first.Stored[block][7] ^= 1;
        var second = PlayFrom(first);

        Assert.False(second.Player.IsDone);
        Assert.Empty(second.Banned);
        Assert.Equal(0, second.Swarm.Counters.RejectedBlocks);
    }

    [Fact]
    public void What_the_store_gives_up_is_announced_as_gone()
    {
        var first = PlayAlone(hasStore: true);
        foreach (var record in _stream.Records) first.Swarm.SegmentForgotten(record.Id);
        var second = PlayFrom(first);

        Assert.False(second.Player.IsDone);
        Assert.Equal(0, second.Swarm.Counters.RejectedBlocks);
    }

    private VirtualNode PlayAlone(bool hasStore)
    {
        var publisher = new VirtualNode(
            _clock, _stream, 100, isViewer: false, origin: null, servesMedia: true);
        _stream.PublishTo(publisher.Swarm, _clock.Now);
        var first = new VirtualNode(_clock, _stream, 1, isViewer: true, origin: null,
            hasStore: hasStore, poolBlocks: PoolBlocks);
        first.Dial(publisher);
        first.Player.Start();
        Run(first);
        Assert.True(first.Player.IsDone);
        Assert.Equal(hasStore, first.Stored.Count > 0);
        publisher.Leave();
        return first;
    }

    private VirtualNode PlayFrom(VirtualNode first)
    {
        var second = new VirtualNode(_clock, _stream, 2, isViewer: true, origin: null,
            poolBlocks: PoolBlocks);
        second.Dial(first);
        second.Player.Start();
        Run(second);
        return second;
    }

    private void Run(VirtualNode viewer) => _clock.RunUntil(
        _clock.Now + TimeSpan.FromMinutes(2), () => viewer.Player.IsDone);
}
