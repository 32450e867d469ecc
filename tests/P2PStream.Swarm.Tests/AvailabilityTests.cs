using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>What peers say of what they have and follow costs us no more than it tells us.</summary>
public sealed class AvailabilityTests : IDisposable
{
    private const int Giver = 1;
    private const int Other = 2;

    private readonly TestStream _stream =
        new(segments: 4, 16 * ContentLimits.BlockBytes, TimeSpan.FromSeconds(2));

    private readonly SwarmProbe _probe;

    public AvailabilityTests()
    {
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Giver);
        _probe.Join(Other);
    }

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    /// <summary>A link ends when more frames wait on it than it may hold: who has much in memory would end each new
    /// one.</summary>
    [Fact]
    public void A_newcomer_is_told_of_whole_segments_track_by_track()
    {
        using var stream = new TestStream(
            segments: 8, 2 * ContentLimits.BlockBytes, TimeSpan.FromSeconds(2), hasText: true);
        using var probe = new SwarmProbe(stream);
        stream.PublishTo(probe.Swarm, probe.Now);
        probe.Join(Giver);
        uint reader = 0;
        foreach (var (picture, text) in stream.Records.Zip(stream.Text))
        {
            foreach (var record in new[] { picture, text })
            {
                probe.Say(Giver, SessionEventKind.HaveSegments, new BlockId(record.Id, 0, 0));
                Assert.True(probe.Swarm.OpenReader(++reader, record.Id, probe.Now));
                probe.Turn();
                probe.DeliverAll(Giver);
            }
        }

        probe.Join(Other);

        Assert.Equal(
            [(stream.Records[0].Id, 8u), (stream.Text[0].Id, 8u)],
            probe.TakeCommands(Other, SessionCommandKind.HaveSegments)
                .Select(have => (have.Block.Segment, have.Count)));
    }

    [Fact]
    public void Blocks_are_told_once_for_each_segment_that_enters_a_window()
    {
        HoldEvenBlocks();

        Follow(0, 1);
        var first = Told();
        Follow(0, 1);
        Follow(0, 2);
        _probe.Pass(TimeSpan.FromSeconds(1));
        var second = Told();
        Follow(0, 2);
        _probe.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(8, first.Count);
        Assert.All(first, run => Assert.Equal(0ul, run.Block.Segment.Sequence));
        Assert.Equal(8, second.Count);
        Assert.All(second, run => Assert.Equal(1ul, run.Block.Segment.Sequence));
        Assert.Empty(Told());
    }

    [Fact]
    public void A_window_that_moves_to_and_fro_makes_us_say_no_more_than_so_much_a_second()
    {
        HoldEvenBlocks();

        for (var i = 0; i < 10_000; i++)
        {
            Follow(i % 2 == 0 ? 0u : 100u, 2);
            _probe.Pass(TimeSpan.FromMilliseconds(0.1));
        }

        // In one second 50 tellings of two segments with eight runs each, at most.
        Assert.InRange(Told().Count, 16, 16 * 51);
    }

    [Fact]
    public void A_peer_that_says_and_takes_back_without_end_is_shown_out()
    {
        _probe.Swarm.OpenReader(1, _stream.Records[0].Id, _probe.Now);
        _probe.Turn();
        var all = new BlockId(_stream.Records[0].Id, 0, 0);
        var said = 0;
        for (; said < 20_000 && _probe.Take(SwarmEffectKind.Ban).Count == 0; said++)
            _probe.Say(Other, said % 2 == 0
                ? SessionEventKind.HaveSegments
                : SessionEventKind.DroppedSegments, all, count: 4);

        Assert.InRange(said, 1000, 19_999);
        var goodbye = Assert.Single(_probe.TakeCommands(Other, SessionCommandKind.Goodbye));
        Assert.Equal((uint)SessionEndReason.ProtocolViolation, goodbye.Value);
        Assert.Empty(_probe.TakeCommands(Giver, SessionCommandKind.Goodbye));
    }

    [Fact]
    public void A_gigabit_of_blocks_announced_one_by_one_is_no_flood()
    {
        _probe.Swarm.OpenReader(1, _stream.Records[0].Id, _probe.Now);
        _probe.Turn();
        for (var i = 0; i < 76_000; i++)
        {
            _probe.Now += TimeSpan.FromSeconds(1.0 / 7600);
            _probe.Say(Other, SessionEventKind.HaveBlocks,
                new BlockId(_stream.Records[0].Id, 0, (ushort)(i % 16)));
        }

        Assert.Empty(_probe.Take(SwarmEffectKind.Ban));
    }

    /// <summary>Makes the node hold every second block of the first two segments.</summary>
    private void HoldEvenBlocks()
    {
        for (var i = 0; i < 2; i++)
        {
            var id = _stream.Records[i].Id;
            _probe.Swarm.OpenReader((uint)i + 1, id, _probe.Now);
            for (var block = 0; block < 16; block += 2)
                _probe.Say(Giver, SessionEventKind.HaveBlocks, new BlockId(id, 0, (ushort)block));
            _probe.DeliverAll(Giver);
        }

        Assert.Equal(16L * ContentLimits.BlockBytes, _probe.Swarm.Counters.BytesFromViewers);
        Told();
    }

    private void Follow(ulong first, uint count) =>
        _probe.Say(Other, SessionEventKind.Interest,
            new BlockId(new SegmentId(7, TestStream.Track, first), 0, 0), count, value: 1);

    private IReadOnlyList<SessionCommand> Told() =>
        _probe.TakeCommands(Other, SessionCommandKind.HaveBlocks);
}
