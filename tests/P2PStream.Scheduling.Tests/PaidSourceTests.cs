using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

public class PaidSourceTests
{
    private readonly DeadlineScheduler _scheduler = new();

    [Fact]
    public void An_origin_is_not_asked_before_it_has_to_be()
    {
        int lane = _scheduler.Lane(4, 10);
        _scheduler.Seed(Origin(), lane);
        Assert.False(_scheduler.TryPick(Start, out _));
        TimeSpan wake = _scheduler.NextWakeUp!.Value;
        // 50 ms and 16 ms of delivery, 500 ms of guard before the deadline at 10 s.
        Assert.InRange(wake, Seconds(9.3), Seconds(9.5));
        Assert.False(_scheduler.TryPick(wake - Seconds(0.01), out _));
        Assert.True(_scheduler.TryPick(wake, out Pick pick));
        Assert.Equal(0, pick.Position);
    }

    [Fact]
    public void An_elected_origin_is_asked_at_once_in_deadline_order()
    {
        int lane = _scheduler.Lane(2, 30);
        _scheduler.Append(lane, 2, Seconds(20));
        int origin = _scheduler.Seed(Origin(), lane);
        _scheduler.Elect(origin, lane, 1, 2, true, Start);
        Assert.Equal([2L, 1L], _scheduler.PickAll(Start).Select(p => p.Position));
    }

    [Fact]
    public void A_peer_in_time_is_preferred_even_when_elected()
    {
        int lane = _scheduler.Lane(1, 10);
        int origin = _scheduler.Seed(Origin(), lane);
        int peer = _scheduler.Seed(Peer(rate: 1e5, roundTripMs: 100), lane);
        _scheduler.Elect(origin, lane, 0, 1, true, Start);
        Assert.True(_scheduler.TryPick(Start, out Pick pick));
        Assert.Equal(peer, pick.Source);
    }

    [Fact]
    public void A_busy_peer_in_time_keeps_the_origin_out()
    {
        int lane = _scheduler.Lane(8, 3);
        int peer = _scheduler.Seed(Peer(rate: 1e6, roundTripMs: 20, window: 2), lane);
        _scheduler.Seed(Origin(), lane);
        Assert.All(_scheduler.PickAll(Start), p => Assert.Equal(peer, p.Source));
        Assert.Equal(2, _scheduler.Estimate(peer).Outstanding);
    }

    [Fact]
    public void The_origin_takes_what_a_peers_backlog_makes_late()
    {
        int lane = _scheduler.Lane(32, 1.4);
        // 164 ms a block: two arrive by 1.4 s, the other thirty do not.
        int slow = _scheduler.Seed(Peer(rate: 1e5, roundTripMs: 20), lane);
        int origin = _scheduler.Seed(Origin(rate: 1e7), lane);
        List<Pick> picks = _scheduler.PickAll(Start);
        Assert.InRange(picks.Count(p => p.Source == slow), 1, 2);
        Assert.InRange(picks.Count(p => p.Source == origin), 28, 31);
    }

    [Fact]
    public void At_start_up_a_peer_that_is_nearly_as_quick_is_enough()
    {
        int lane = _scheduler.Lane(4, 1);
        _scheduler.Seed(Origin(roundTripMs: 10), lane);
        int peer = _scheduler.Seed(Peer(), lane);
        Assert.All(_scheduler.PickAll(Start), p => Assert.Equal(peer, p.Source));
    }

    [Fact]
    public void A_peer_that_takes_no_requests_does_not_keep_the_origin_out()
    {
        int lane = _scheduler.Lane(1, 1.5);
        int peer = _scheduler.Seed(Peer(), lane);
        int origin = _scheduler.Seed(Origin(), lane);
        _scheduler.SetWindowLimit(peer, 0);
        Assert.True(_scheduler.TryPick(Start, out Pick pick));
        Assert.Equal(origin, pick.Source);
    }

    [Fact]
    public void The_cheaper_origin_is_asked()
    {
        int lane = _scheduler.Lane(1, 1.2);
        _scheduler.Seed(Origin() with { Price = 5 }, lane);
        int cheap = _scheduler.Seed(Origin(roundTripMs: 80) with { Price = 2 }, lane);
        Assert.True(_scheduler.TryPick(Start, out Pick pick));
        Assert.Equal(cheap, pick.Source);
    }
}
