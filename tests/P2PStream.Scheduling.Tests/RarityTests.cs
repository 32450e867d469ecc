using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>Who holds what, kept word by word: beyond what is counted exactly, and beyond one word of
/// sources.</summary>
public class RarityTests
{
    private readonly DeadlineScheduler _scheduler = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_common_block_is_rare_again_when_its_holders_are_no_more(bool areGone)
    {
        int lane = _scheduler.Lane(2, 2);
        int[] sources = [.. Enumerable.Range(0, 20)
            .Select(_ => _scheduler.AddSource(Peer(window: 1), Start))];
        foreach (int source in sources) _scheduler.Advertise(source, lane, 0, 1, true, Start);
        foreach (int source in sources[..5]) _scheduler.Advertise(source, lane, 1, 1, true, Start);
        foreach (int source in sources[5..])
        {
            if (areGone) _scheduler.RemoveSource(source, Start);
            else _scheduler.Advertise(source, lane, 0, 1, false, Start);
        }
        _scheduler.Advertise(sources[4], lane, 0, 1, false, Start);
        Assert.True(_scheduler.TryPick(Start, out Pick pick));
        Assert.Equal(0, pick.Position);
    }

    [Fact]
    public void A_block_with_more_holders_than_are_counted_comes_last()
    {
        int lane = _scheduler.Lane(2, 2);
        for (int i = 0; i < 20; i++)
        {
            int source = _scheduler.AddSource(Peer(window: 1), Start);
            _scheduler.Advertise(source, lane, 0, i < 14 ? 2 : 1, true, Start);
        }
        Assert.True(_scheduler.TryPick(Start, out Pick pick));
        Assert.Equal(1, pick.Position);
    }

    [Fact]
    public void A_ring_goes_round_with_more_sources_than_a_word_holds()
    {
        int lane = _scheduler.OpenLane(new LaneOptions(128));
        int[] sources = [.. Enumerable.Range(0, 70)
            .Select(_ => _scheduler.AddSource(Peer(window: 64), Start))];
        for (int lap = 0; lap < 10; lap++)
        {
            long first = _scheduler.Append(lane, 50, Seconds(2));
            int holder = sources[lap * 7];
            _scheduler.Advertise(holder, lane, first, 50, true, Start);
            List<Pick> picks = _scheduler.PickAll(Start);
            Assert.NotEmpty(picks);
            Assert.All(picks, pick => Assert.Equal(holder, pick.Source));
            Assert.All(picks, pick => Assert.InRange(pick.Position, first, first + 49));
            _scheduler.Slide(lane, first + 50, Start);
            Assert.False(_scheduler.TryPick(Start, out _));
        }
    }
}
