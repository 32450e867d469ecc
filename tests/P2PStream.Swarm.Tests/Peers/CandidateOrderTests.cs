using System.Net;

namespace P2PStream.Swarm.Tests;

/// <summary>Whom to dial first: by who told, how long ago, and how near it seems.</summary>
public sealed class CandidateOrderTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly DialCandidates _candidates = new(seed: 1, RegionOf);

    [Theory]
    [InlineData("203.0.113.9", "127.0.0.1:1", PeerProximity.SameHost)]
    [InlineData("203.0.113.9", "192.168.1.2:1", PeerProximity.SameLan)]
    [InlineData("203.0.113.9", "203.0.113.200:1", PeerProximity.SameSite)]
    [InlineData("203.0.113.9", "203.0.1.1:1", PeerProximity.SameProvider)]
    [InlineData("203.0.113.9", "198.51.1.1:1", PeerProximity.SameRegion)]
    [InlineData("203.0.113.9", "8.8.8.8:1", PeerProximity.Elsewhere)]
    [InlineData("203.0.113.9", "[2001:4860:1:2::1]:1", PeerProximity.Elsewhere)]
    [InlineData("203.0.113.9", "example.org:1", PeerProximity.Elsewhere)]
    [InlineData("2001:4860:1:9::1", "[2001:4860:1:2::1]:1", PeerProximity.SameSite)]
    [InlineData("2001:4860:1:9::1", "[2001:4860:2::1]:1", PeerProximity.SameProvider)]
    [InlineData("2001:4860:1:9::1", "[2001:4861::1]:1", PeerProximity.Elsewhere)]
    [InlineData("2001:4860:1:9::1", "203.0.113.200:1", PeerProximity.Elsewhere)]
    public void An_address_is_as_near_as_it_shares_our_prefix_or_region(
        string own, string other, PeerProximity expected)
    {
        // What was heard before we knew where we are, and what is heard after.
        Find(other);
        Find("8.8.4.4:9");
        _candidates.LocatedAt([IPAddress.Parse(own)]);
        Find(other + "1");

        Assert.Equal(expected, ProximityOf(other));
        Assert.Equal(expected, ProximityOf(other + "1"));
    }

    [Fact]
    public void Until_it_is_known_where_we_are_nobody_of_the_Internet_is_nearer()
    {
        Find("203.0.113.200:1");
        Assert.Equal(PeerProximity.Elsewhere, ProximityOf("203.0.113.200:1"));
    }

    [Fact]
    public void The_near_are_dialled_first_but_for_one_dial_in_four_which_goes_anywhere()
    {
        for (var i = 0; i < 100; i++) Find($"8.8.{i}.8:1");
        for (var i = 0; i < 100; i++) Find($"203.0.{i}.200:1");
        _candidates.LocatedAt([IPAddress.Parse("203.0.113.9")]);

        bool[] isNear = [.. Enumerable.Range(0, 100).Select(
            _ => Next(TimeSpan.Zero).StartsWith("203.", StringComparison.Ordinal))];

        Assert.All(Enumerable.Range(0, 100).Where(i => i % 4 != 3), i => Assert.True(isNear[i]));
        Assert.InRange(isNear.Count(near => !near), 5, 20);
    }

    [Fact]
    public void Where_we_are_told_to_be_no_more_is_near_no_more()
    {
        Find("6.6.6.7:1");
        _candidates.LocatedAt([IPAddress.Parse("6.6.6.6")]);
        Assert.Equal(PeerProximity.SameSite, ProximityOf("6.6.6.7:1"));

        _candidates.LocatedAt([IPAddress.Parse("203.0.113.9"), IPAddress.Parse("10.0.0.1")]);

        Assert.Equal(PeerProximity.Elsewhere, ProximityOf("6.6.6.7:1"));
    }

    [Fact]
    public void What_was_told_lately_is_dialled_before_what_nobody_has_told_for_long()
    {
        Find("8.8.8.8:1");
        Find("8.8.8.8:2");
        _candidates.Add(Tcp("8.8.8.8:3"), CandidateSource.Link, TimeSpan.Zero);
        Find("8.8.8.8:2", Hour);
        Find("8.8.8.8:4", Hour);

        // What the link names does not age; the rest is fresh or not, then in the order heard.
        Assert.Equal("8.8.8.8:2", Next(Hour));
        Assert.Equal("8.8.8.8:3", Next(Hour));
        Assert.Equal("8.8.8.8:4", Next(Hour));
        Assert.Equal("8.8.8.8:1", Next(Hour));
    }

    [Fact]
    public void A_better_source_counts_whoever_came_first()
    {
        _candidates.Add(Tcp("8.8.8.8:1"), CandidateSource.PeerExchange, TimeSpan.Zero);
        Find("8.8.8.8:2");
        _candidates.Add(Tcp("8.8.8.8:1"), CandidateSource.Item, TimeSpan.Zero);
        _candidates.Add(Tcp("8.8.8.8:2"), CandidateSource.PeerExchange, TimeSpan.Zero);

        Assert.Equal(
            [CandidateSource.Item, CandidateSource.Dht],
            _candidates.Show(TimeSpan.Zero).Select(candidate => candidate.Source));
        Assert.Equal("8.8.8.8:1", Next(TimeSpan.Zero));
    }

    [Fact]
    public void Of_hearsay_the_oldest_gives_way()
    {
        for (var i = 0; i < DialCandidates.Limit; i++)
        {
            _candidates.Add(Tcp($"8.{i >> 8}.{i & 255}.8:1"), CandidateSource.PeerExchange,
                TimeSpan.FromSeconds(i == 700 ? 0 : 1 + i));
        }

        Find("8.8.4.4:1", Hour);

        Assert.False(_candidates.Knows(Tcp("8.2.188.8:1")));
        Assert.True(_candidates.Knows(Tcp("8.0.0.8:1")));
        Assert.True(_candidates.Knows(Tcp("8.8.4.4:1")));
    }

    [Fact]
    public void A_host_sees_age_failures_and_when_it_is_tried_again()
    {
        Find("8.8.8.8:1");
        var now = TimeSpan.FromSeconds(10);
        _candidates.Dialed(Tcp(Next(now)), linked: false, now);

        var shown = Assert.Single(_candidates.Show(now + TimeSpan.FromSeconds(1)));

        Assert.Equal(
            new PeerCandidate(Tcp("8.8.8.8:1"), CandidateSource.Dht, PeerProximity.Elsewhere,
                TimeSpan.FromSeconds(11), CandidateState.Idle, Failures: 1,
                RetryIn: TimeSpan.FromSeconds(1)), shown);
    }

    private static string? RegionOf(IPAddress address) => address.ToString() switch
    {
        "203.0.113.9" => "Utopia",
        var other when other.StartsWith("198.51.", StringComparison.Ordinal) => "Utopia",
        _ => null,
    };

    private static DialAddress Tcp(string value) => new("tcp", value);

    private void Find(string value, TimeSpan at = default) =>
        _candidates.Add(Tcp(value), CandidateSource.Dht, at);

    private string Next(TimeSpan now)
    {
        Assert.True(_candidates.TryNext(now, out var next));
        return next.Value;
    }

    private PeerProximity ProximityOf(string value) =>
        _candidates.Show(TimeSpan.Zero).Single(candidate => candidate.Address == Tcp(value)).Proximity;
}
