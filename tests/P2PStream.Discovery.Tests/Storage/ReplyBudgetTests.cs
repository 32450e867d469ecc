namespace P2PStream.Discovery.Tests;

public sealed class ReplyBudgetTests
{
    private readonly ReplyBudget _budget = new(new KademliaOptions
    {
        UnprovenBurstBytes = 1000,
        UnprovenBytesPerSecond = 100,
        UnprovenTotalBytesPerSecond = 1_000_000,
        ProvenBytesPerSecond = 1000,
    });

    [Fact]
    public void A_network_draws_its_burst_and_then_its_rate()
    {
        Assert.True(Spend(Hosts.At("20.0.0.1"), 600));
        Assert.False(Spend(Hosts.At("20.0.0.2"), 600));
        Assert.True(Spend(Hosts.At("20.0.1.2"), 600));
        Assert.False(Spend(Hosts.At("20.0.0.2"), 600, second: 1));
        Assert.True(Spend(Hosts.At("20.0.0.2"), 600, second: 2));
        Assert.False(Spend(Hosts.At("20.0.0.2"), 1001, second: 3600));
    }

    [Fact]
    public void A_48_is_one_network()
    {
        Assert.True(Spend(Hosts.At("2001:db8::1"), 600));
        Assert.False(Spend(Hosts.At("2001:db8::ffff:2"), 600));
        Assert.False(Spend(Hosts.At("2001:db8:0:ffff::1"), 600));
        Assert.True(Spend(Hosts.At("2001:db8:1::1"), 600));
    }

    [Fact]
    public void A_proven_network_draws_more_but_not_without_end()
    {
        Assert.True(Spend(Hosts.Public(1), 8000, isProven: true));
        Assert.False(Spend(Hosts.Public(1), 1000, isProven: true));
        Assert.True(Spend(Hosts.Public(2), 1000, isProven: true));
        Assert.True(Spend(Hosts.Public(1), 1000, isProven: true, second: 1));
    }

    [Fact]
    public void All_that_have_proven_nothing_share_one_allowance()
    {
        var budget = new ReplyBudget(new KademliaOptions { UnprovenTotalBytesPerSecond = 1000 });
        var served = 0;
        for (var i = 0; i < 100; i++)
            served += budget.TrySpend(Hosts.Public(i), 1000, false, default) ? 1 : 0;
        Assert.Equal(8, served);
        Assert.True(budget.TrySpend(Hosts.Public(1), 1000, true, default));
        Assert.True(budget.TrySpend(Hosts.Public(200), 1000, false, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Who_has_used_up_its_own_takes_nothing_from_the_others()
    {
        var budget = new ReplyBudget(new KademliaOptions { UnprovenTotalBytesPerSecond = 2048 });
        for (var i = 0; i < 1000; i++) budget.TrySpend(Hosts.Public(1), 1024, false, default);
        for (var i = 2; i < 10; i++)
            Assert.True(budget.TrySpend(Hosts.Public(i), 1024, false, default));
    }

    [Fact]
    public void A_flood_of_networks_is_forgotten_as_they_refill()
    {
        // 400 new networks a second, for longer than the table has room.
        for (var i = 0; i < 40_000; i++)
            Assert.True(Spend(Hosts.Public(i), 1000, second: i / 400));
        // The latest are still known, as is one that comes back.
        Assert.False(Spend(Hosts.Public(39_000), 1000, second: 100));
        Assert.True(Spend(Hosts.Public(0), 1000, second: 100));
        Assert.False(Spend(Hosts.Public(0), 1000, second: 105));
        Assert.True(Spend(Hosts.Public(0), 1000, second: 115));
    }

    [Fact]
    public void What_there_is_no_room_to_note_has_the_common_limit_alone()
    {
        for (var i = 0; i < 4096; i++) Assert.True(Spend(Hosts.Public(i), 1000));
        Assert.False(Spend(Hosts.Public(1), 1000));
        for (var i = 0; i < 900; i++) Assert.True(Spend(Hosts.Public(5000), 1000));
        var more = 0;
        while (Spend(Hosts.Public(5000), 1000)) more++;
        Assert.InRange(more, 1, 8000);
        // And once the others have refilled, its own again.
        Assert.True(Spend(Hosts.Public(5000), 1000, second: 10));
        Assert.False(Spend(Hosts.Public(5000), 1000, second: 10));
    }

    [Fact]
    public void Loopback_is_not_limited()
    {
        for (var i = 0; i < 1000; i++) Assert.True(Spend(Hosts.Loopback(1), 1_000_000));
    }

    private bool Spend(DhtEndPoint to, int bytes, int second = 0, bool isProven = false) =>
        _budget.TrySpend(to, bytes, isProven, TimeSpan.FromSeconds(second));
}
