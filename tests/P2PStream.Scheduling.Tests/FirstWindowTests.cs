using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>What a source is trusted with before its rate is known.</summary>
public class FirstWindowTests
{
    private readonly DeadlineScheduler _scheduler = new(new SchedulerOptions
    {
        InitialWindow = 8,
        InitialRateAmongOthers = 40 * 16_384,
    });

    [Fact]
    public void Who_is_alone_gets_the_whole_of_it()
    {
        int lane = _scheduler.Lane(64, 3);
        int alone = _scheduler.Seed(Peer(), lane);
        Assert.Equal(8, _scheduler.PickAll(Start).Count(p => p.Source == alone));
    }

    [Fact]
    public void Among_others_each_gets_less_even_if_they_have_told_nothing()
    {
        int lane = _scheduler.Lane(64, 3);
        _scheduler.AddSource(Peer(), Start);
        int first = _scheduler.Seed(Peer(), lane);
        Assert.Equal(4, _scheduler.PickAll(Start).Count(p => p.Source == first));
    }

    [Theory]
    [InlineData(20, 2)]
    [InlineData(75, 3)]
    [InlineData(150, 6)]
    [InlineData(400, 8)]
    public void Among_others_a_longer_path_gets_more(double roundTripMs, int window)
    {
        _scheduler.AddSource(Peer(), Start);
        Assert.Equal(window, _scheduler.Estimate(_scheduler.AddSource(Peer(roundTripMs: roundTripMs), Start)).Window);
    }

    [Theory]
    [InlineData(1, 8 + 7)]
    [InlineData(2, 4 + 1)]
    public void It_grows_with_each_delivery_and_faster_where_nobody_else_could_be_asked(int sources, int window)
    {
        int lane = _scheduler.Lane(64, 3);
        int first = _scheduler.Seed(Peer(), lane);
        if (sources > 1) _scheduler.AddSource(Peer(), Start);
        Pick pick = _scheduler.PickAll(Start)[0];

        // At a rate for which it would be asked for all there is.
        _scheduler.Delivered(pick.Ticket, 16_384, Start + TimeSpan.FromMilliseconds(0.01));

        Assert.Equal(window, _scheduler.Estimate(first).Window);
    }

    [Fact]
    public void It_follows_who_comes_and_goes()
    {
        int lane = _scheduler.Lane(64, 3);
        int first = _scheduler.Seed(Peer(), lane);
        Assert.Equal(8, _scheduler.Estimate(first).Window);
        int second = _scheduler.AddSource(Peer(), Start);
        Assert.Equal((4, 4), (_scheduler.Estimate(first).Window, _scheduler.Estimate(second).Window));
        int third = _scheduler.AddSource(Peer(), Start);
        _scheduler.RemoveSource(second, Start);
        Assert.Equal(4, _scheduler.Estimate(first).Window);
        _scheduler.RemoveSource(third, Start);
        Assert.Equal(8, _scheduler.Estimate(first).Window);
        Assert.Equal(8, _scheduler.PickAll(Start).Count);
    }

    [Fact]
    public void What_costs_money_is_neither_company_nor_asked_for_less()
    {
        int origin = _scheduler.AddSource(Origin(rate: 0), Start);
        int first = _scheduler.AddSource(Peer(), Start);
        Assert.Equal((8, 8), (_scheduler.Estimate(origin).Window, _scheduler.Estimate(first).Window));
        _scheduler.AddSource(Peer(), Start);
        Assert.Equal((8, 4), (_scheduler.Estimate(origin).Window, _scheduler.Estimate(first).Window));
    }

    [Fact]
    public void A_known_rate_says_more_than_company()
    {
        int lane = _scheduler.Lane(64, 3);
        int source = _scheduler.Seed(Peer(rate: 10e6, roundTripMs: 50), lane);
        int window = _scheduler.Estimate(source).Window;
        _scheduler.AddSource(Peer(), Start);
        Assert.True(window > 8);
        Assert.Equal(window, _scheduler.Estimate(source).Window);
    }
}
