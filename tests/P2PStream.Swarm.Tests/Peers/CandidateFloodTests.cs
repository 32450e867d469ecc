namespace P2PStream.Swarm.Tests;

/// <summary>Who names a thousand addresses has no more than its share of this node's dials, and makes it
/// knock at nobody's door a thousand times.</summary>
public sealed class CandidateFloodTests
{
    private readonly DialCandidates _candidates = new();

    [Fact]
    public void What_is_more_trusted_has_room_although_all_is_full_of_what_a_search_found()
    {
        for (var i = 0; i < DialCandidates.Limit; i++) Find(False(i));

        foreach (var source in new[] { CandidateSource.Item, CandidateSource.Lan, CandidateSource.Link })
        {
            var address = Tcp($"9.9.9.{(int)source}:1");
            _candidates.Add(address, source, TimeSpan.Zero);
            Assert.True(_candidates.Knows(address), $"{source}");
        }

        Assert.Equal(DialCandidates.Limit, _candidates.Show(TimeSpan.Zero).Count);
    }

    [Fact]
    public void Of_more_than_fit_those_who_come_late_have_the_same_chance()
    {
        for (var i = 0; i < 2 * DialCandidates.Limit; i++) Find(False(i));

        var late = Enumerable.Range(DialCandidates.Limit, DialCandidates.Limit)
            .Count(i => _candidates.Knows(Tcp(False(i))));

        // Half of the places: with chance alone, 512 and 16 for one standard deviation.
        Assert.InRange(late, 432, 592);
    }

    [Fact]
    public void Who_was_named_first_does_not_have_all_dials()
    {
        for (var i = 0; i < 900; i++) Find(False(i));
        for (var i = 0; i < 100; i++) Find($"9.9.{i}.1:1");

        var honest = 0;
        for (var dial = 0; dial < 400; dial++)
        {
            Assert.True(_candidates.TryNext(TimeSpan.Zero, out var address));
            if (address.Value.StartsWith("9.", StringComparison.Ordinal)) honest++;
            _candidates.Dialed(address, linked: false, TimeSpan.Zero);
        }

        // A tenth of the hundred that go anywhere.
        Assert.InRange(honest, 3, 25);
    }

    [Fact]
    public void One_host_is_known_at_four_ports_and_one_site_at_sixteen_addresses()
    {
        for (var port = 1; port <= 1000; port++) Find($"8.8.8.8:{port}");
        for (var host = 0; host < 250; host++) Find($"8.8.8.{host}:1");
        for (var host = 0; host < 250; host++) Find($"[2001:db8:1:{host:x}::1]:1");

        var known = _candidates.Show(TimeSpan.Zero);
        Assert.Equal(DialCandidates.MostOfHost, Count("8.8.8.8:"));
        Assert.Equal(DialCandidates.MostOfSite, Count("8.8.8."));
        Assert.Equal(DialCandidates.MostOfSite, Count("[2001:db8:1:"));

        int Count(string begins) => known.Count(candidate =>
            candidate.Address.Value.StartsWith(begins, StringComparison.Ordinal));
    }

    [Fact]
    public void One_victim_is_not_dialled_over_and_over()
    {
        for (var port = 1; port <= 2000; port++) Find($"8.8.8.8:{port}");

        var dials = 0;
        for (var now = TimeSpan.Zero; now < TimeSpan.FromMinutes(1); now += TimeSpan.FromMilliseconds(10))
        {
            // Whoever was named anew, and refuses at once.
            Find($"8.8.8.8:{3000 + dials}");
            while (_candidates.TryNext(now, out var address))
            {
                dials++;
                _candidates.Dialed(address, linked: false, now);
            }
        }

        Assert.InRange(dials, 1, 100);
    }

    [Fact]
    public void What_the_link_names_is_not_counted()
    {
        for (var port = 1; port <= 10; port++)
            _candidates.Add(Tcp($"8.8.8.8:{port}"), CandidateSource.Link, TimeSpan.Zero);
        Find("8.8.8.8:11");

        Assert.Equal(11, _candidates.Show(TimeSpan.Zero).Count);
    }

    private static string False(int number) => $"{11 + (number >> 8)}.{number & 255}.1.1:1";

    private static DialAddress Tcp(string value) => new("tcp", value);

    private void Find(string value) =>
        _candidates.Add(Tcp(value), CandidateSource.Dht, TimeSpan.Zero);
}
