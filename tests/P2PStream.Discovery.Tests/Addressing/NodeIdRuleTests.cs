namespace P2PStream.Discovery.Tests;

public sealed class NodeIdRuleTests
{
    [Theory]
    [InlineData("124.31.75.21", 1, "5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401")]
    [InlineData("21.75.31.124", 86, "5a3ce9c14e7a08645677bbd1cfe7d8f956d53256")]
    [InlineData("65.23.51.170", 22, "a5d43220bc8f112a3d426c84764f8c2a1150e616")]
    [InlineData("84.124.73.14", 65, "1b0321dd1bb1fe518101ceef99462b947a01ff41")]
    [InlineData("43.213.53.83", 90, "e56f6cbf5b7c4be0237986d5243b87aa6d51305a")]
    public void The_vectors_of_BEP_42(string address, int random, string id)
    {
        var bytes = Convert.FromHexString(id);
        Assert.Equal(random, bytes[^1]);
        Assert.True(NodeIdRule.IsValid(new NodeId(bytes), Hosts.At(address)));
        // One bit of the 21 wrong, or another random byte, or another address.
        bytes[2] ^= 0x08;
        Assert.False(NodeIdRule.IsValid(new NodeId(bytes), Hosts.At(address)));
        bytes[2] ^= 0x0c;
        Assert.True(NodeIdRule.IsValid(new NodeId(bytes), Hosts.At(address)));
        bytes[^1]++;
        Assert.False(NodeIdRule.IsValid(new NodeId(bytes), Hosts.At(address)));
        Assert.False(NodeIdRule.IsValid(new NodeId(Convert.FromHexString(id)), Hosts.Public(1)));
    }

    [Theory]
    [InlineData("20.1.2.3", 8)]
    [InlineData("2001:db8::17", 8)]
    public void An_address_has_eight_places(string address, int places)
    {
        var random = new SeededRandom(1);
        var host = Hosts.At(address);
        var ids = Enumerable.Range(0, 200).Select(_ => NodeIdRule.Derive(host, random)).ToList();
        Assert.All(ids, id => Assert.True(NodeIdRule.IsValid(id, host)));
        Assert.Equal(200, ids.Distinct().Count());
        Assert.Equal(places, ids.Select(id => id.ToString()[..5]).Distinct().Count());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.3.4")]
    [InlineData("169.254.1.1")]
    [InlineData("100.64.0.0")]
    [InlineData("100.127.255.255")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    public void Local_addresses_are_exempt(string address)
    {
        var random = new SeededRandom(2);
        for (var i = 0; i < 10; i++)
            Assert.True(NodeIdRule.IsValid(random.NextNodeId(), Hosts.At(address)));
    }

    [Theory]
    [InlineData("9.255.255.255")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.32.0.0")]
    [InlineData("192.169.0.0")]
    [InlineData("fe00::1")]
    [InlineData("fec0::1")]
    public void Their_neighbours_are_not(string address)
    {
        var random = new SeededRandom(2);
        Assert.DoesNotContain(
            Enumerable.Range(0, 10),
            _ => NodeIdRule.IsValid(random.NextNodeId(), Hosts.At(address)));
    }
}
