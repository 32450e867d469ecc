using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>What peers may cost is counted by where they are, and is not forgotten when they leave.</summary>
public sealed class RemoteBudgetsTests
{
    private static readonly TimeSpan Refilled =
        TimeSpan.FromMinutes((double)HearsayQuota.Burst / HearsayQuota.PerMinute);

    private readonly RemoteBudgets _budgets = new();

    [Fact]
    public void Work_is_not_paid_anew_by_leaving_and_coming_back()
    {
        var first = Join(1);
        Assert.True(first.Work.Charge(WorkBudget.Burst, TimeSpan.Zero));
        RemoteBudgets.Leave(first, TimeSpan.Zero);

        Assert.False(Join(1).Work.Charge(1, TimeSpan.Zero));
        Assert.True(Join(2).Work.Charge(1, TimeSpan.Zero));
    }

    [Fact]
    public void Too_much_work_leaves_no_debt_to_the_neighbours()
    {
        var budget = Join(1);
        Assert.False(budget.Work.Charge(10 * WorkBudget.Burst, TimeSpan.Zero));
        Assert.True(budget.Work.Charge(WorkBudget.PerSecond, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_flood_of_places_makes_none_that_spent_something_be_forgotten()
    {
        var spent = Join(0);
        while (spent.Hearsay.TryTake(TimeSpan.Zero)) { }
        RemoteBudgets.Leave(spent, TimeSpan.Zero);
        for (var i = 1; i < 2 * RemoteBudgets.MostPlaces; i++)
        {
            var budget = Join(i);
            budget.Hearsay.TryTake(TimeSpan.Zero);
            RemoteBudgets.Leave(budget, TimeSpan.Zero);
        }

        Assert.Equal(RemoteBudgets.MostPlaces, _budgets.Count);
        Assert.False(Join(0).Hearsay.TryTake(TimeSpan.Zero));

        // Who found no place shares one budget, which is spent.
        Assert.False(Join(2 * RemoteBudgets.MostPlaces).Hearsay.TryTake(TimeSpan.Zero));
    }

    [Fact]
    public void A_place_is_forgotten_when_it_would_be_full_again_and_nobody_is_there()
    {
        for (var i = 0; i < RemoteBudgets.MostPlaces; i++)
        {
            var budget = Join(i);
            while (budget.Hearsay.TryTake(TimeSpan.Zero)) { }
            if (i > 0) RemoteBudgets.Leave(budget, TimeSpan.Zero);
        }

        var here = Join(0, Refilled);
        var late = Join(RemoteBudgets.MostPlaces, Refilled);

        Assert.True(late.Hearsay.IsFull(Refilled));
        Assert.Equal(RemoteBudgets.MostPlaces, _budgets.Count);
        Assert.Same(here, Join(0, Refilled));
        Assert.Same(late, Join(RemoteBudgets.MostPlaces, Refilled));
    }

    private RemoteBudget Join(int place, TimeSpan now = default) => _budgets.Join(
        AddressScope.Of($"203.{place / 256}.{place % 256}.1:7"), new PeerId(default), now);
}
