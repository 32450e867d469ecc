namespace P2PStream.Swarm.Tests;

/// <summary>Which addresses are remembered when more are heard than fit.</summary>
public sealed class DialCandidatesTests
{
    private readonly DialCandidates _candidates = new();

    [Fact]
    public void Junk_hearsay_displaces_nothing_that_a_search_found()
    {
        for (var i = 0; i < 100; i++) Find(Found(i));
        for (var i = 0; i < 3 * DialCandidates.Limit; i++) Tell(Told(i));

        Assert.All(Enumerable.Range(0, 100), i => Assert.True(_candidates.Knows(Found(i))));

        // They are dialled first.
        HashSet<DialAddress> found = [.. Enumerable.Range(0, 100).Select(Found)];
        for (var i = 0; i < 100; i++)
        {
            Assert.True(_candidates.TryNext(TimeSpan.Zero, out var next));
            Assert.True(found.Remove(next));
        }
    }

    [Fact]
    public void The_nearest_is_dialled_first_but_not_before_who_fails_less()
    {
        DialAddress[] addresses =
        [
            new("tcp", "8.8.8.8:1"), new("tcp", "192.168.1.2:1"), new("tcp", "127.0.0.1:1"),
            new("tcp", "[2001:4860::1]:1"), new("tcp", "[fd00::1]:1"),
        ];
        foreach (var address in addresses) Find(address);
        Tell(new("tcp", "127.0.0.1:2"));
        int[] order = [2, 1, 4, 0, 3];
        foreach (var i in order)
        {
            Assert.True(_candidates.TryNext(TimeSpan.Zero, out var next));
            Assert.Equal(addresses[i], next);
            _candidates.Dialed(next, linked: false, TimeSpan.Zero);
        }

        Assert.True(_candidates.TryNext(TimeSpan.FromHours(1), out var told));
        Assert.Equal(new("tcp", "127.0.0.1:2"), told);
    }

    [Fact]
    public void What_a_search_finds_has_room_although_all_is_full_of_untried_hearsay()
    {
        for (var i = 0; i < DialCandidates.Limit; i++) Tell(Told(i));

        for (var i = 0; i < DialCandidates.Limit; i++) Find(Found(i));

        for (var i = 0; i < DialCandidates.Limit; i++)
        {
            Assert.True(_candidates.Knows(Found(i)));
            Assert.False(_candidates.Knows(Told(i)));
        }
    }

    [Fact]
    public void Hearsay_takes_the_place_of_a_found_address_only_when_that_is_hopeless()
    {
        for (var i = 0; i < DialCandidates.Limit; i++) Find(Found(i));
        var now = TimeSpan.Zero;
        for (var failure = 1; failure <= DialCandidates.HopelessFailures; failure++)
        {
            Tell(Told(0));
            Assert.False(_candidates.Knows(Told(0)));
            for (var i = 0; i < DialCandidates.Limit; i++)
            {
                Assert.True(_candidates.TryNext(now, out var next));
                _candidates.Dialed(next, linked: false, now);
            }

            now += TimeSpan.FromMinutes(5);
        }

        Tell(Told(0));

        Assert.True(_candidates.Knows(Told(0)));
    }

    [Fact]
    public void Forbidden_addresses_are_bounded_and_none_of_them_is_displaced()
    {
        for (var i = 0; i <= DialCandidates.MostForbidden; i++) _candidates.Forbid(Told(i));

        for (var i = 0; i < DialCandidates.MostForbidden; i++) Assert.True(_candidates.Knows(Told(i)));
        Assert.False(_candidates.Knows(Told(DialCandidates.MostForbidden)));
        Assert.False(_candidates.TryNext(TimeSpan.Zero, out _));
    }

    private void Find(DialAddress address) =>
        _candidates.Add(address, CandidateSource.Dht, TimeSpan.Zero);

    private void Tell(DialAddress address) =>
        _candidates.Add(address, CandidateSource.PeerExchange, TimeSpan.Zero);

    private static DialAddress Found(int number) => new("tcp", $"{11 + (number >> 8)}.{number & 255}.1.1:1");

    private static DialAddress Told(int number) => new("tcp", $"{60 + (number >> 8)}.{number & 255}.1.1:1");
}
