namespace P2PStream.Discovery.Tests;

/// <summary>10,000 nodes in virtual time, and 100,000 in the long form.</summary>
public sealed class PopulationTests
{
    private const int Size = 10_000;

    // 100 ms there and back.
    private static readonly (int, int) Delay = (30, 70);

    [Fact]
    public void Everything_is_found_quickly_among_ten_thousand()
    {
        var campaign = Run(new Population(1, Size, delay: Delay), Size, keys: 50);
        Assert.Equal(1.0, campaign.Success);
    }

    [Fact]
    public void The_dead_cost_time_but_hide_nothing()
    {
        var population = new Population(2, Size, delay: Delay);
        population.Kill(10);
        var campaign = Run(population, Size, keys: 50);
        Assert.True(campaign.Success >= 0.999);
    }

    [Fact]
    public void A_fifth_of_hostile_nodes_hides_little()
    {
        var population = new Population(3, Size, hostilePercent: 20, delay: Delay);
        var campaign = Run(population, Size, keys: 50);
        Assert.True(campaign.Success >= 0.95);
        Assert.True(population.Colluders.Answers > 0);
    }

    [Fact]
    public void A_hundred_thousand_nodes()
    {
        LongRun.Require();
        var population = new Population(4, 100_000, delay: Delay);
        population.Kill(10);
        var campaign = Run(population, 100_000, keys: 50);
        Assert.True(campaign.Success >= 0.999);
    }

    private static SearchCampaign Run(Population population, int size, int keys)
    {
        var campaign = new SearchCampaign(population, keys, searchesOfEach: 20).Run();
        LongRun.Tell($"{size} nodes, {campaign}");
        Assert.InRange(campaign.MeanHops, 1, Math.Log2(size) / 3 + 2);
        Assert.InRange(campaign.MedianFirst, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
        Assert.InRange(campaign.MedianComplete, TimeSpan.Zero, TimeSpan.FromMilliseconds(900));
        return campaign;
    }
}
