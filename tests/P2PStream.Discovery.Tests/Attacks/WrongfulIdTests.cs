namespace P2PStream.Discovery.Tests;

/// <summary>Honest nodes whose IDs their addresses do not allow, as many of the public network
/// have, and liars that take advantage of it.</summary>
public sealed class WrongfulIdTests() : LookupAttack(new Population(
    32, 400, options: new KademliaOptions { FarBucketSize = 8 }, wrongfulPercent: 100).Network)
{
    [Fact]
    public void Under_false_names_next_to_the_key_they_are_found_all_the_same()
    {
        AreFoundAllTheSame(9100, (target, n, keeper) => new CompactNode(Beside(target, n), keeper));
    }

    [Fact]
    public void Under_far_names_they_are_found_all_the_same()
    {
        AreFoundAllTheSame(9100, (target, n, keeper) => new CompactNode(Far(target, n), keeper));
    }

    [Fact]
    public void Who_is_misnamed_stores_what_belongs_to_it()
    {
        var keepers = Network.Hosts.OrderBy(host => host.Node.Id ^ Key.Key).Take(8).ToList();
        var liar = Hosts.Public(9100);
        Lie(liar, target =>
        [
            .. keepers.Select((host, n) => new CompactNode(Beside(target, n), host.EndPoint)),
        ]);
        var host = Newcomer(Hosts.Public(9101), [liar, Network.Hosts[8].EndPoint]);
        var announce = Network.Do(host, (node, now) => node.Announce(Key, 4242, now));
        Network.Finish(host, announce);
        Assert.All(keepers, keeper => Assert.Equal(1, keeper.Node.StoredPeers));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(70)]
    [InlineData(100)]
    public void Among_others_they_find_and_are_found(int percent)
    {
        var campaign = new SearchCampaign(
            new Population(33, 1000, wrongfulPercent: percent), keys: 20, searchesOfEach: 20).Run();
        LongRun.Tell($"{percent} % wrongful IDs, {campaign}");
        Assert.Equal(1.0, campaign.Success);
    }
}
