using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Segments of any size that fits memory are read; others are refused at once.</summary>
public sealed class LargeSegmentTests : IDisposable
{
    private const int Giver = 1;

    private readonly TestStream _stream = new(
        segments: 0, segmentBytes: 0, TimeSpan.FromSeconds(2));

    public void Dispose() => _stream.Dispose();

    [Theory]
    [InlineData(16, 8400)]
    [InlineData(8400, 16)]
    [InlineData(8000, 8400)]
    public void A_segment_larger_than_a_usual_lane_is_read_to_its_end(int first, int second)
    {
        _stream.AddZeros(first, TimeSpan.Zero);
        _stream.AddZeros(second, TimeSpan.FromSeconds(2));
        using var probe = Probe(poolBlocks: 12_000);

        for (var i = 0; i < 2; i++)
        {
            var record = _stream.Records[i];
            Assert.True(probe.Swarm.OpenReader((uint)i + 1, record.Id, probe.Now));
            probe.Turn();
            probe.DeliverAll(Giver);
            var given = probe.Take(SwarmEffectKind.ReaderBlock);
            Assert.Equal(record.Length, given.Sum(effect => (long)effect.Lease!.Length));
            Assert.Single(probe.Take(SwarmEffectKind.ReaderCompleted));
            foreach (var effect in given) effect.Lease!.Release();
        }
    }

    [Fact]
    public void A_large_segment_finds_room_beside_one_that_is_still_read()
    {
        _stream.AddZeros(16, TimeSpan.Zero);
        _stream.AddZeros(8400, TimeSpan.FromSeconds(2));
        using var probe = Probe(poolBlocks: 12_000);

        Assert.True(probe.Swarm.OpenReader(1, _stream.Records[0].Id, probe.Now));
        probe.Turn();
        Assert.True(probe.Swarm.OpenReader(2, _stream.Records[1].Id, probe.Now));
        probe.Turn();
        probe.DeliverAll(Giver);

        Assert.Equal(2, probe.Take(SwarmEffectKind.ReaderCompleted).Count);
        Assert.Equal(_stream.Length, probe.Swarm.Counters.BytesDelivered);
    }

    [Fact]
    public void What_does_not_fit_memory_is_refused_and_does_not_stand_in_the_way()
    {
        _stream.AddZeros(16, TimeSpan.Zero);
        _stream.AddZeros(769, TimeSpan.FromSeconds(2));
        _stream.AddZeros(768, TimeSpan.FromSeconds(4));
        using var probe = Probe(poolBlocks: 1024);
        Assert.Equal(768, probe.Swarm.LargestSegmentBlocks);

        Assert.True(probe.Swarm.OpenReader(1, _stream.Records[0].Id, probe.Now));
        Assert.False(probe.Swarm.OpenReader(2, _stream.Records[1].Id, probe.Now));
        probe.Turn();
        Assert.Equal(16, probe.DeliverAll(Giver));
        Assert.True(probe.Swarm.OpenReader(3, _stream.Records[2].Id, probe.Now));
        probe.Turn();
        Assert.Equal(768, probe.DeliverAll(Giver));
        Assert.Equal(2, probe.Take(SwarmEffectKind.ReaderCompleted).Count);
    }

    [Fact]
    public void No_segment_is_larger_than_the_limit_however_much_memory_there_is()
    {
        using var probe = new SwarmProbe(_stream, poolBlocks: 1 << 20);
        Assert.Equal(
            ContentLimits.SegmentBytes, probe.Swarm.LargestSegmentBlocks * (long)ContentLimits.BlockBytes);
    }

    private SwarmProbe Probe(int poolBlocks)
    {
        var probe = new SwarmProbe(_stream, poolBlocks: poolBlocks) { GivesZeros = true };
        _stream.PublishTo(probe.Swarm, probe.Now);
        probe.Join(Giver);
        probe.Say(Giver, new SessionEvent
        {
            Kind = SessionEventKind.HaveSegments,
            Channel = SwarmProbe.Channel,
            Block = new BlockId(_stream.Records[0].Id, 0, 0),
            Count = (uint)_stream.Records.Count,
        });
        return probe;
    }
}
