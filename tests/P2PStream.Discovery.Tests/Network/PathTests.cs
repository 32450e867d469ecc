namespace P2PStream.Discovery.Tests;

/// <summary>When a look-up goes several ways.</summary>
public sealed class PathTests
{
    private const int OnOne = 5;
    private const int OnThree = 6;

    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(4);

    private readonly VirtualNetwork _network = new Population(121, 400).Network;

    private VirtualHost Host => _network.Hosts[30];

    [Fact]
    public void What_was_found_on_one_path_does_not_prove_the_next()
    {
        var publisher = _network.Hosts[3];
        _network.Do(publisher, (node, now) => node.KeepAnnounced(Key, 4242, now));
        _network.RunFor(Pause);
        Assert.Equal(OnThree, QueriesAtOnce());
        for (var i = 0; i < 3; i++)
        {
            _network.RunFor(Pause);
            Assert.Equal(OnOne, QueriesAtOnce());
        }

        // A quarter of an hour after the last time on three.
        _network.RunFor(Pause);
        Assert.Equal(OnThree, QueriesAtOnce());
    }

    [Fact]
    public void Where_nothing_was_found_more_is_tried_the_next_time()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(OnThree, QueriesAtOnce());
            _network.RunFor(Pause);
        }
    }

    /// <summary>Queries that a look-up begins with.</summary>
    private int QueriesAtOnce()
    {
        var before = Host.Node.PendingQueries;
        var search = _network.Do(Host, (node, now) => node.GetPeers(Key, now));
        var atOnce = Host.Node.PendingQueries - before;
        _network.Finish(Host, search);
        return atOnce;
    }
}
