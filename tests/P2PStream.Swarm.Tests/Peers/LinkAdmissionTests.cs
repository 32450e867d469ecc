namespace P2PStream.Swarm.Tests;

/// <summary>How many links a node keeps, and which one gives way.</summary>
public sealed class LinkAdmissionTests
{
    private readonly LinkAdmission _links = new(LinkAdmission.MostLinks);
    private long _last;

    [Theory]
    [InlineData("203.0.113.", LinkAdmission.MostPerNeighbourhood)]
    [InlineData("192.168.7.", LinkAdmission.MostPerLocalNeighbourhood - 1)]
    public void One_IPv4_neighbourhood_has_only_so_many(string network, int most)
    {
        for (var i = 0; i < most; i++) Assert.True(Admit($"{network}{i}:{1000 + i}"));
        if (most == LinkAdmission.MostPerLocalNeighbourhood - 1) Assert.True(Admit($"{network}1:1"));
        Assert.False(Admit($"{network}250:9"));
        Assert.True(Admit("198.51.100.1:9"));
    }

    [Fact]
    public void One_IPv6_neighbourhood_is_a_slash_64()
    {
        for (var i = 0; i < LinkAdmission.MostPerNeighbourhood; i++)
            Assert.True(Admit($"[2001:db8:1:2:{i:x}::1]:{1000 + i}"));
        Assert.False(Admit("[2001:db8:1:2:ffff::1]:9"));
        Assert.True(Admit("[2001:db8:1:3::1]:9"));
    }

    [Fact]
    public void An_IPv4_address_in_IPv6_dress_is_no_other_neighbourhood()
    {
        for (var i = 0; i < LinkAdmission.MostPerNeighbourhood; i++)
            Assert.True(Admit($"203.0.113.{i}:1"));
        Assert.False(Admit("[::ffff:203.0.113.99]:1"));
    }

    [Fact]
    public void Ten_nodes_on_one_host_are_no_crowd_and_named_ones_never_are()
    {
        for (var i = 0; i < 40; i++) Assert.True(Admit($"127.0.0.1:{1000 + i}"));
        for (var i = 0; i < 40; i++) Assert.True(Admit("203.0.113.7:1", isNamed: true));
        Assert.True(Admit("203.0.113.8:1"));
    }

    [Fact]
    public void When_full_the_least_useful_link_gives_way_and_a_useful_one_never()
    {
        for (var i = 0; i < LinkAdmission.MostLinks; i++)
        {
            Assert.True(Admit($"{20 + i / 200}.{i % 200}.1.1:1"));
            _links.Observe(_last, channels: 1, usefulBytes: 1, TimeSpan.Zero);
        }

        // Nobody is old enough to be judged.
        Assert.False(Admit("9.9.9.9:1"));
        var now = LinkAdmission.UselessAfter;
        for (var link = 1; link <= LinkAdmission.MostLinks; link++)
            if (link != 7 && link != 9) _links.Observe(link, 1, 2, now);
        _links.Observe(7, channels: 1, usefulBytes: 1, now);
        _links.Observe(9, channels: 0, usefulBytes: 1, now);

        Assert.True(_links.TryAdmit(1001, "9.9.9.9:1", false, now, out var evicted));
        Assert.Equal(9, evicted);
        Assert.True(_links.TryAdmit(1002, "9.9.8.9:1", false, now, out evicted));
        Assert.Equal(7, evicted);
        Assert.False(_links.TryAdmit(1003, "9.9.7.9:1", false, now, out evicted));
        Assert.Null(evicted);
        Assert.Equal(LinkAdmission.MostLinks, _links.Count);
    }

    [Fact]
    public void A_crowded_neighbourhood_displaces_only_its_own()
    {
        Assert.True(Admit("198.51.100.1:1"));
        for (var i = 0; i < LinkAdmission.MostPerNeighbourhood; i++)
            Assert.True(Admit($"203.0.113.{i}:1"));
        Assert.True(_links.TryAdmit(
            99, "203.0.113.99:1", false, LinkAdmission.UselessAfter, out var evicted));
        Assert.Equal(2, evicted);
    }

    [Fact]
    public void A_link_without_a_channel_is_closed_in_time()
    {
        Assert.True(Admit("127.0.0.1:1"));
        Assert.True(Admit("127.0.0.1:2"));
        _links.Observe(2, channels: 1, usefulBytes: 0, TimeSpan.Zero);
        var now = LinkAdmission.ChannelPatience;
        Assert.False(_links.TryTakeSilent(now - TimeSpan.FromMilliseconds(1), out _));
        Assert.True(_links.TryTakeSilent(now, out var link));
        Assert.Equal(1, link);

        // The other one's stream ends later: it has its time from then on.
        _links.Observe(2, channels: 0, usefulBytes: 0, now);
        Assert.False(_links.TryTakeSilent(now, out _));
        Assert.True(_links.TryTakeSilent(now + LinkAdmission.ChannelPatience, out link));
        Assert.Equal(2, link);
        Assert.Equal(0, _links.Count);
    }

    private bool Admit(string remote, bool isNamed = false) =>
        _links.TryAdmit(++_last, remote, isNamed, TimeSpan.Zero, out var evicted) && evicted is null;
}
