namespace P2PStream.Discovery.Tests;

/// <summary>More at once than there is room for queries.</summary>
public sealed class LoadTests
{
    private const int AtOnce = 500;

    private readonly VirtualNetwork _network = new Population(111, 400).Network;

    [Fact]
    public void Look_ups_wait_for_room_and_none_comes_back_empty()
    {
        var host = _network.Hosts[7];
        var ends = RunAll(host, (node, key, now) => node.GetPeers(key, now));
        Assert.All(ends, end => Assert.Equal(8, end.Count));
        // What was asked last is on its way still.
        _network.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(0, host.Node.PendingQueries);
    }

    [Fact]
    public void Announces_wait_for_room_to_store_in()
    {
        var ends = RunAll(_network.Hosts[7], (node, key, now) => node.Announce(key, 4242, now));
        Assert.All(ends, end => Assert.InRange(end.Count, 8, 24));
    }

    [Fact]
    public void One_that_is_cancelled_while_it_waits_asks_nobody()
    {
        var host = _network.Hosts[7];
        var first = Enumerable.Range(0, AtOnce).Select(
            _ => Start(host, (node, key, now) => node.GetPeers(key, now))).ToList();
        Assert.Equal(1024, host.Node.PendingQueries);
        var asked = host.Node.Counters.QueriesSent(KrpcMethod.Get);
        var waiting = _network.Do(
            host, (node, now) => node.GetItem(_network.Random.NextNodeId(), [], now));
        host.Node.Cancel(waiting);
        foreach (var search in first) _network.Finish(host, search);
        _network.RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(asked, host.Node.Counters.QueriesSent(KrpcMethod.Get));
        Assert.DoesNotContain(host.Events, one => one.Event.Operation == waiting);
    }

    private List<KademliaEvent> RunAll(
        VirtualHost host, Func<KademliaNode, InfoHash, TimeSpan, DhtOperation> start)
    {
        var running = Enumerable.Range(0, AtOnce).Select(_ => Start(host, start)).ToList();
        return [.. running.Select(operation => _network.Finish(host, operation))];
    }

    private DhtOperation Start(
        VirtualHost host, Func<KademliaNode, InfoHash, TimeSpan, DhtOperation> start)
    {
        var key = new InfoHash(_network.Random.NextNodeId());
        return _network.Do(host, (node, now) => start(node, key, now));
    }
}
