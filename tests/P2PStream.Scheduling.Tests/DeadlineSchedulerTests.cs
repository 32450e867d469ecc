using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

public class DeadlineSchedulerTests
{
    private readonly DeadlineScheduler _scheduler = new();

    [Fact]
    public void Nothing_is_picked_without_sources_or_without_wants()
    {
        Assert.False(_scheduler.TryPick(Start, out _));
        int lane = _scheduler.Lane(4, 2);
        Assert.False(_scheduler.TryPick(Start, out _));
        _scheduler.AddSource(Peer(), Start);
        Assert.False(_scheduler.TryPick(Start, out _));
        Assert.Equal(4, _scheduler.Tail(lane));
        Assert.Null(_scheduler.NextWakeUp);
    }

    [Fact]
    public void An_unknown_source_gets_the_initial_window()
    {
        int lane = _scheduler.Lane(100, 2);
        int source = _scheduler.Seed(Peer(), lane);
        List<Pick> picks = _scheduler.PickAll(Start);
        Assert.Equal(8, picks.Count);
        Assert.Equal(8, _scheduler.Estimate(source).Outstanding);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (long)i), picks.Select(p => p.Position));
    }

    [Fact]
    public void The_urgent_zone_goes_by_deadline_over_all_lanes_then_by_priority()
    {
        int video = _scheduler.Lane(2, 2, priority: 1);
        int audio = _scheduler.Lane(2, 2, priority: 0);
        _scheduler.Append(video, 1, Seconds(1.5));
        int source = _scheduler.AddSource(Peer(), Start);
        _scheduler.Advertise(source, video, 0, 3, true, Start);
        _scheduler.Advertise(source, audio, 0, 2, true, Start);
        (int, long)[] order = [.. _scheduler.PickAll(Start).Select(p => (p.Lane, p.Position))];
        Assert.Equal([(video, 2), (audio, 0), (audio, 1), (video, 0), (video, 1)], order);
    }

    [Fact]
    public void Equal_deadlines_go_by_fewest_holders()
    {
        int lane = _scheduler.Lane(3, 2);
        int a = _scheduler.Seed(Peer(window: 1), lane);
        int b = _scheduler.AddSource(Peer(window: 1), Start);
        _scheduler.Advertise(b, lane, 0, 2, true, Start);
        Assert.True(_scheduler.TryPick(Start, out Pick first));
        Assert.Equal((2L, a), (first.Position, first.Source));
        Assert.True(_scheduler.TryPick(Start, out Pick second));
        Assert.Equal((0L, b), (second.Position, second.Source));
    }

    [Fact]
    public void A_block_goes_to_whoever_delivers_it_soonest()
    {
        int lane = _scheduler.Lane(1, 2);
        _scheduler.Seed(Peer(rate: 100_000, roundTripMs: 200), lane);
        int fast = _scheduler.Seed(Peer(rate: 1_000_000, roundTripMs: 20), lane);
        Assert.True(_scheduler.TryPick(Start, out Pick pick));
        Assert.Equal(fast, pick.Source);
    }

    [Fact]
    public void An_expired_block_is_wanted_first()
    {
        int lane = _scheduler.Lane(2, 2);
        _scheduler.Append(lane, 1, Seconds(0.5));
        _scheduler.Seed(Peer(), lane);
        Assert.Equal(2, _scheduler.PickAll(Start)[0].Position);
    }

    [Fact]
    public void Beyond_the_urgent_zone_the_rarest_goes_first_and_salts_differ()
    {
        int lane = _scheduler.Lane(64, 9);
        int a = _scheduler.Seed(Peer(window: 1, salt: 1), lane);
        int b = _scheduler.AddSource(Peer(window: 1, salt: 2), Start);
        _scheduler.Advertise(b, lane, 0, 60, true, Start);
        List<Pick> picks = _scheduler.PickAll(Start);
        Assert.Equal(2, picks.Count);
        Assert.InRange(picks.Single(p => p.Source == a).Position, 60, 63);

        var positions = new SortedSet<long>();
        for (ulong salt = 0; salt < 16; salt++)
        {
            var scheduler = new DeadlineScheduler();
            int only = scheduler.Lane(64, 9);
            scheduler.Seed(Peer(window: 1, salt: salt), only);
            positions.Add(scheduler.PickAll(Start).Single().Position);
        }
        Assert.True(positions.Count > 8, $"{positions.Count} different first blocks of 16");
    }

    [Fact]
    public void The_first_that_is_not_whole_goes_before_what_is_rarer_and_later()
    {
        // Of each, as many as come at once some times over: four from all three, three from two.
        const int Each = 12;
        int lane = _scheduler.Lane(Each, 9);
        _scheduler.Append(lane, Each, Seconds(10));
        _scheduler.Append(lane, Each, Seconds(11));
        _scheduler.Seed(Peer(window: 2), lane);
        AddSome(lane, 2 * Each);
        AddSome(lane, Each);

        // One after the other, though each is rarer than the one before it.
        List<long> order = PickAndDeliver(3 * Each);
        Assert.Equal(Enumerable.Range(0, 3 * Each).Select(i => i / Each), order.Select(position => (int)position / Each));
    }

    /// <summary>The first lies at the end of the ring and at its beginning, and all of it at the end is here.</summary>
    [Fact]
    public void What_is_missing_of_the_first_is_found_round_the_end_of_the_ring()
    {
        int lane = _scheduler.OpenLane(new LaneOptions(64));
        _scheduler.Append(lane, 60, Seconds(2));
        _scheduler.Slide(lane, 60, Start);
        _scheduler.Append(lane, 8, Seconds(9));
        _scheduler.Append(lane, 8, Seconds(11));
        for (long position = 60; position < 64; position++) _scheduler.SetHeld(lane, position, true, Start);
        _scheduler.Seed(Peer(window: 4), lane);
        int some = _scheduler.AddSource(Peer(window: 1), Start);
        _scheduler.Advertise(some, lane, 60, 8, true, Start);

        Assert.Equal([64L, 65, 66, 67], PickAndDeliver(4).Take(4).Order());
    }

    /// <summary>Adds a source that has the first blocks of a lane.</summary>
    private void AddSome(int lane, int blocks) =>
        _scheduler.Advertise(_scheduler.AddSource(Peer(window: 1), Start), lane, 0, blocks, true, Start);

    /// <summary>Answers at once, a few blocks at a time.</summary>
    private List<long> PickAndDeliver(int blocks)
    {
        var order = new List<long>();
        for (int i = 1; order.Count < blocks; i++)
        {
            List<Pick> picks = _scheduler.PickAll(Start + Seconds(0.1 * i));
            Assert.NotEmpty(picks);
            order.AddRange(picks.Select(pick => pick.Position));
            foreach (Pick pick in picks)
                Assert.True(_scheduler.Delivered(pick.Ticket, Block, Start + Seconds(0.1 * i + 0.05)));
        }

        return order;
    }

    [Fact]
    public void A_delivered_block_ends_once_and_is_never_asked_again()
    {
        int lane = _scheduler.Lane(1, 2);
        _scheduler.Seed(Peer(), lane);
        Assert.True(_scheduler.TryPick(Start, out Pick pick));
        Assert.True(_scheduler.Delivered(pick.Ticket, Block, Seconds(1.1)));
        Assert.False(_scheduler.Delivered(pick.Ticket, Block, Seconds(1.1)));
        Assert.False(_scheduler.Failed(pick.Ticket, FailureReason.Busy, Seconds(1.1)));
        Assert.False(_scheduler.TryPick(Seconds(1.1), out _));
        _scheduler.SetHeld(lane, 0, false, Seconds(1.2));
        Assert.True(_scheduler.TryPick(Seconds(1.2), out _));
    }

    [Theory]
    [InlineData(FailureReason.NotAvailable)]
    [InlineData(FailureReason.Corrupt)]
    public void Who_fails_a_block_is_not_asked_for_it_again(FailureReason reason)
    {
        int lane = _scheduler.Lane(1, 2);
        int a = _scheduler.Seed(Peer(), lane);
        int b = _scheduler.Seed(Peer(), lane);
        Assert.True(_scheduler.TryPick(Start, out Pick first));
        Assert.True(_scheduler.Failed(first.Ticket, reason, Seconds(1.1)));
        Assert.True(_scheduler.TryPick(Seconds(1.1), out Pick second));
        Assert.Equal(a + b - first.Source, second.Source);
        Assert.True(_scheduler.Failed(second.Ticket, reason, Seconds(1.2)));
        Assert.False(_scheduler.TryPick(Seconds(1.2), out _));
    }

    [Fact]
    public void A_busy_source_rests_with_a_smaller_window_and_is_asked_again()
    {
        int lane = _scheduler.Lane(8, 2);
        int source = _scheduler.Seed(Peer(), lane);
        List<Pick> picks = _scheduler.PickAll(Start);
        foreach (Pick pick in picks)
            Assert.True(_scheduler.Failed(pick.Ticket, FailureReason.Busy, Seconds(1.1)));
        Assert.False(_scheduler.TryPick(Seconds(1.1), out _));
        TimeSpan again = _scheduler.NextWakeUp!.Value;
        // One round trip, however many it refused at once.
        Assert.InRange(again, Seconds(1.11), Seconds(1.3));
        Assert.True(_scheduler.TryPick(again, out _));
        Assert.Equal(1, _scheduler.Estimate(source).Window);
    }

    [Fact]
    public void Sliding_cancels_what_left_and_a_late_block_is_not_taken_for_its_successor()
    {
        int lane = _scheduler.OpenLane(new LaneOptions(64));
        _scheduler.Append(lane, 64, Seconds(2));
        int source = _scheduler.Seed(Peer(window: 1), lane);
        Assert.True(_scheduler.TryPick(Start, out Pick old));
        Assert.Equal(0, old.Position);
        _scheduler.Slide(lane, 1, Start);
        Cancellation gone = Assert.Single(_scheduler.TakeCancelled());
        Assert.Equal(
            new Cancellation(old.Ticket, source, CancellationReason.NotWanted), gone);
        Assert.Equal(64, _scheduler.Append(lane, 1, Seconds(1.2)));
        Assert.False(_scheduler.Delivered(old.Ticket, Block, Seconds(1.1)));
        _scheduler.Advertise(source, lane, 64, 1, true, Seconds(1.1));
        Assert.True(_scheduler.TryPick(Seconds(1.1), out Pick successor));
        Assert.Equal(64, successor.Position);
    }

    [Fact]
    public void A_full_ring_says_so()
    {
        int lane = _scheduler.OpenLane(new LaneOptions(65));
        Assert.Equal(0, _scheduler.Append(lane, 128, Seconds(2)));
        Assert.Throws<InvalidOperationException>(() => _scheduler.Append(lane, 1, Seconds(2)));
        _scheduler.Clear(lane, Start);
        Assert.Equal((128, 128), (_scheduler.Head(lane), _scheduler.Tail(lane)));
        Assert.Equal(128, _scheduler.Append(lane, 128, Seconds(2)));
    }

    [Fact]
    public void Removing_a_source_makes_its_blocks_wanted_again()
    {
        int lane = _scheduler.Lane(4, 2);
        int a = _scheduler.Seed(Peer(), lane);
        Assert.Equal(4, _scheduler.PickAll(Start).Count);
        int b = _scheduler.Seed(Peer(), lane);
        Assert.False(_scheduler.TryPick(Start, out _));
        _scheduler.RemoveSource(a, Start);
        Assert.Empty(_scheduler.TakeCancelled());
        Assert.All(_scheduler.PickAll(Start), p => Assert.Equal(b, p.Source));
        Assert.Equal(4, _scheduler.Estimate(b).Outstanding);
    }

    [Fact]
    public void Estimates_are_right_from_the_first_blocks()
    {
        int lane = _scheduler.Lane(64, 60);
        int source = _scheduler.Seed(Peer(), lane);
        // 400 kB/s behind 80 ms: the first block after 121 ms, then one every 41 ms.
        double at = 1.08;
        foreach (Pick pick in _scheduler.PickAll(Start))
            Assert.True(_scheduler.Delivered(pick.Ticket, Block, Seconds(at += Block / 4e5)));
        SourceEstimate estimate = _scheduler.Estimate(source);
        Assert.InRange(estimate.Rate, 3.2e5, 5.2e5);
        Assert.InRange(estimate.RoundTrip.TotalMilliseconds, 60, 130);
        Assert.InRange(estimate.Window, 4, 8);
    }

    [Fact]
    public void Wrong_numbers_are_the_hosts_mistake()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _scheduler.Head(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _scheduler.Estimate(7));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _scheduler.OpenLane(new LaneOptions(63)));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new DeadlineScheduler(new SchedulerOptions { HedgeShare = 2 }));
        Assert.False(_scheduler.Delivered(12345, Block, Start));
    }
}
