namespace P2PStream.Discovery.Tests;

public sealed class ReplyBudgetTests
{
    private readonly ReplyBudget _budget = new(new KademliaOptions
    {
        UnprovenBurstBytes = 1000,
        UnprovenBytesPerSecond = 100,
    });

    [Fact]
    public void A_network_draws_its_burst_and_then_its_rate()
    {
        Assert.True(_budget.TrySpend(Hosts.At("20.0.0.1"), 600, TimeSpan.Zero));
        Assert.False(_budget.TrySpend(Hosts.At("20.0.0.2"), 600, TimeSpan.Zero));
        Assert.True(_budget.TrySpend(Hosts.At("20.0.1.2"), 600, TimeSpan.Zero));
        Assert.False(_budget.TrySpend(Hosts.At("20.0.0.2"), 600, TimeSpan.FromSeconds(1)));
        Assert.True(_budget.TrySpend(Hosts.At("20.0.0.2"), 600, TimeSpan.FromSeconds(2)));
        Assert.False(_budget.TrySpend(Hosts.At("20.0.0.2"), 1001, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Many_networks_share_one_allowance_in_the_end()
    {
        var served = 0;
        for (var i = 0; i < 5000; i++)
            served += _budget.TrySpend(Hosts.Public(i), 1000, TimeSpan.Zero) ? 1 : 0;
        Assert.Equal(4097, served);
        _budget.Sweep(TimeSpan.FromSeconds(10));
        Assert.True(_budget.TrySpend(Hosts.Public(4999), 1000, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Loopback_is_not_limited()
    {
        for (var i = 0; i < 100; i++)
            Assert.True(_budget.TrySpend(Hosts.Loopback(1), 1000, TimeSpan.Zero));
    }
}
