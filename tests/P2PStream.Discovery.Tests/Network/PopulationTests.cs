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
        var campaign = Run(new Population(1, Size, delay: Delay), keys: 20);
        Assert.Equal(1.0, campaign.Success);
        AssertQuick(campaign, Size);
        // 73; 89 when nodes beyond the nearest eight are asked while these are in time.
        Assert.InRange(campaign.DatagramsPerSearch, 1, 80);
    }

    [Fact]
    public void The_dead_cost_time_but_hide_nothing()
    {
        var population = new Population(2, Size, delay: Delay);
        population.Kill(10);
        var campaign = Run(population);
        Assert.True(campaign.Success >= 0.999);
        AssertQuick(campaign, Size);
    }

    [Theory]
    [InlineData(ColluderIds.Own)]
    [InlineData(ColluderIds.Promised)]
    [InlineData(ColluderIds.Fresh)]
    public void A_fifth_of_hostile_nodes_hides_little(ColluderIds ids)
    {
        var population = new Population(3, Size, hostilePercent: 20, delay: Delay);
        population.Colluders.AnswerUnder = ids;
        var campaign = Run(population, keys: LongRun.IsOn ? 50 : 20);
        Assert.True(campaign.Success >= 0.95);
        Assert.True(population.Colluders.Answers > 0);
        // Nor do they make look-ups long.
        Assert.InRange(campaign.DatagramsPerSearch, 1, 400);
    }

    [Fact]
    public void A_hundred_thousand_nodes()
    {
        LongRun.Require();
        const int size = 100_000;
        var population = new Population(4, size, delay: Delay);
        population.Kill(10);
        var campaign = Run(population);
        Assert.True(campaign.Success >= 0.999);
        AssertQuick(campaign, size);
    }

    private static SearchCampaign Run(Population population, int keys = 50)
    {
        var campaign = new SearchCampaign(population, keys, searchesOfEach: 20).Run();
        LongRun.Tell($"{population.Size} nodes, {population.Colluders.Count} hostile, {campaign}");
        return campaign;
    }

    private static void AssertQuick(SearchCampaign campaign, int size)
    {
        Assert.InRange(campaign.MeanHops, 1, Math.Log2(size) / 3 + 2);
        Assert.InRange(campaign.MedianFirst, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
        Assert.InRange(campaign.MedianComplete, TimeSpan.Zero, TimeSpan.FromMilliseconds(900));
    }
}
